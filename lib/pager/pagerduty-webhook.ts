/**
 * Webhooks v3 of PagerDuty: `{event: {id, event_type, occurred_at, agent, client, data}}`, one event per body.
 * https://developer.pagerduty.com/docs/webhooks/overview. Captures of 2021 lack fields that the documentation has: all
 * but the type are optional. No body carries a severity or an environment.
 */

import type { Severity } from '../model.ts';
import { type Fields, fields, isFields, list, plain, present, text } from './fields.ts';
import { carriedLabels, environmentOf, type Labels, rankOf } from './labels.ts';
import { linksOf } from './links.ts';
import { MalformedPage } from './malformed.ts';
import type { Intake } from './page.ts';
import { pagerDutyActions, reasonToIgnore } from './pagerduty-event-types.ts';
import { isSigned } from './signature.ts';
import { line, summaryOf, titleOf } from './wording.ts';

const URGENCIES: ReadonlyMap<unknown, Severity> = new Map([
  ['high', 'error'],
  ['low', 'warning'],
]);

/** The episode is the incident, which a reopening takes up again. */
export const pagerDutyIntake = (payload: unknown): Intake => {
  const event = eventIn(payload);
  const type = text(event.event_type);
  if (type === undefined) throw new MalformedPage('event.event_type is missing');
  const action = pagerDutyActions.get(type);
  if (!action) return [{ ignored: reasonToIgnore(type) }];
  const data = fields(event.data);
  const incident = incidentIn(data);
  const id = text(incident.id);
  if (!id) return [{ ignored: `${line(type)} names no incident` }];
  const custom = customFields(data, incident);
  const service = fields(incident.service);
  return [
    present({
      action,
      episode: id,
      delivery: text(event.id),
      title: titleOf([text(incident.title), text(incident.summary)], `PagerDuty incident ${line(id) ?? ''}`.trim()),
      summary: action === 'update' ? summaryOf([happened(type, data, custom)]) : undefined,
      service: line(text(service.summary)),
      environment: environmentOf(custom),
      severity: severityIn(incident),
      labels: carriedLabels(ownLabels(incident), custom),
      links: linksOf([
        { href: incident.html_url, text: 'Incident in PagerDuty' },
        { href: fields(incident.conference_bridge).conference_url, text: 'Conference bridge' },
      ]),
      payload,
      note: noteOf(type, incident),
    }),
  ];
};

/** As `X-PagerDuty-Signature` says: `v1=<hex>`, several while a secret is rotated. Other versions are passed over. */
export const isSignedByPagerDuty = (
  header: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
): boolean => {
  const entries = (header ?? '').split(',').map((entry) => entry.trim());
  const signatures = entries.filter((entry) => entry.startsWith('v1=')).map((entry) => entry.slice('v1='.length));
  return isSigned(signatures, secrets, [body]);
};

const eventIn = (payload: unknown): Fields => {
  const { event, messages } = fields(payload);
  if (Array.isArray(messages)) {
    throw new MalformedPage('this is a webhook v2 (an extension), which is not signed; subscribe with a webhook v3');
  }
  if (!isFields(event)) throw new MalformedPage('event is missing');
  return event;
};

/** Notes, responders, status updates, tasks and field values have ids of their own, and the incident beside them. */
const incidentIn = (data: Fields): Fields => {
  const isIncident = data.type === 'incident' || !(isFields(data.incident) || 'type' in data);
  return isIncident ? data : fields(data.incident);
};

/** What is set now. `changed_custom_fields` has what was set before, and is not read. */
const customFields = (...sources: readonly Fields[]): Labels =>
  Object.fromEntries(
    sources
      .flatMap(({ custom_fields }) => list(custom_fields))
      .flatMap((each) => {
        const { name, value } = fields(each);
        const values = [value].flat().map(plain);
        const [said, key] = [values.filter(Boolean).join(', '), text(name)];
        return key && said && key !== '__proto__' ? [[key, said]] : [];
      }),
  );

/** A priority whose name nobody can rank says nothing; without one, the urgency does. */
const severityIn = ({ priority, urgency }: Fields): Severity | undefined =>
  isFields(priority) ? rankOf(text(priority.summary)) : URGENCIES.get(urgency);

const ownLabels = (incident: Fields): Labels => {
  const named = {
    priority: text(fields(incident.priority).summary),
    urgency: text(incident.urgency),
    incident_type: text(fields(incident.incident_type).name),
    service_id: text(fields(incident.service).id),
    escalation_policy: text(fields(incident.escalation_policy).summary),
  };
  return present(named) as Labels;
};

/** `annotated: restarted the database`, `priority updated: P1`. */
const happened = (type: string, data: Fields, custom: Labels): string => {
  const words = type.slice('incident.'.length).replace(/[._]/g, ' ');
  const said: Readonly<Record<string, string | undefined>> = {
    'incident.priority_updated': text(fields(data.priority).summary) ?? 'none',
    'incident.service_updated': text(fields(data.service).summary),
    'incident.escalated': text(fields(data.escalation_policy).summary),
    'incident.custom_field_values.updated': Object.entries(custom)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  };
  const detail = said[type] || text(data.content) || text(data.message) || ownSummary(data);
  return detail ? `${words}: ${detail}` : words;
};

/** Of a task or a workflow, say; that of an incident is its title. */
const ownSummary = (data: Fields): string | undefined =>
  data.type === 'incident' ? undefined : (text(data.title) ?? text(data.summary));

const noteOf = (type: string, { resolve_reason: reason }: Fields): string | undefined => {
  if (type === 'incident.reopened') return 'reopened: a new episode of the same incident';
  if (type !== 'incident.resolved' || !reason) return undefined;
  const kind = text(fields(reason).type) ?? text(reason) ?? 'merge';
  return kind.startsWith('merge') ? 'merged' : line(kind);
};
