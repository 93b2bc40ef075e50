import type { PageAction } from './page.ts';
import { line } from './wording.ts';

/** Every type that is documented for incidents. Those that are not here are ignored: the list may grow. */
export const pagerDutyActions: ReadonlyMap<string, PageAction> = new Map([
  ['incident.triggered', 'trigger'],
  ['incident.reopened', 'trigger'],
  ['incident.acknowledged', 'acknowledge'],
  ['incident.resolved', 'resolve'],
  ['incident.unacknowledged', 'update'],
  ['incident.annotated', 'update'],
  ['incident.conference_bridge.updated', 'update'],
  ['incident.custom_field_values.updated', 'update'],
  ['incident.delegated', 'update'],
  ['incident.escalated', 'update'],
  ['incident.incident_type.changed', 'update'],
  ['incident.priority_updated', 'update'],
  ['incident.reassigned', 'update'],
  ['incident.responder.added', 'update'],
  ['incident.responder.replied', 'update'],
  ['incident.role.assigned', 'update'],
  ['incident.service_updated', 'update'],
  ['incident.status_update_published', 'update'],
  ['incident.task.created', 'update'],
  ['incident.task.updated', 'update'],
  ['incident.task.completed', 'update'],
  ['incident.action_invocation.created', 'update'],
  ['incident.action_invocation.updated', 'update'],
  ['incident.action_invocation.terminated', 'update'],
  ['incident.workflow.started', 'update'],
  ['incident.workflow.completed', 'update'],
]);

/** Of a type that is not in the table. */
export const reasonToIgnore = (type: string): string => {
  if (type === 'pagey.ping') return 'a ping of PagerDuty';
  if (type.startsWith('service.')) return `${line(type)} tells of no incident`;
  return `${line(type)} is not known here`;
};
