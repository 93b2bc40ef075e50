/** What each source sends, as bare as its format allows: `key` names the episode. */

import { randomUUID } from 'node:crypto';
import type { PagerSource } from '../../../lib/model.ts';

export const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';

export type Happened = 'trigger' | 'acknowledge' | 'resolve';
export type Sender = {
  source: PagerSource;
  /** It signs what it sends; without, a credential goes with it. */
  signs?: boolean;
  /** `next` names what it can say of an episode, and `severity` is ours. */
  payload: (key: string, happened: Happened, severity?: string) => object;
  acknowledges?: boolean;
};

const pagerDutyTypes = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved' } as const;

/** The body of a webhook v3; `data` over what an incident has. */
export const webhook = (event_type: string, id: string, data: object = {}): object => ({
  event: {
    id: randomUUID(),
    event_type,
    resource_type: 'incident',
    occurred_at: '2026-11-24T10:00:00Z',
    agent: null,
    client: null,
    data: { id, type: 'incident', title: 'Checkout answers 500', urgency: 'high', priority: null, ...data },
  },
});

const group = (key: string, happened: Happened, severity = 'critical'): object => {
  const status = happened === 'trigger' ? 'firing' : 'resolved';
  const labels = { alertname: 'Checkout', severity };
  return {
    version: '4',
    groupKey: key,
    status,
    groupLabels: labels,
    commonLabels: labels,
    alerts: [{ status, labels }],
  };
};

export const alarm = (key: string, happened: Happened, severity = 'critical'): object => ({
  AlarmName: key,
  AlarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${key}`,
  NewStateValue: happened === 'trigger' ? 'ALARM' : 'OK',
  NewStateReason: 'Threshold crossed',
  AlarmTags: { severity },
});

export const event = (dedup_key: string, event_action: Happened, severity = 'critical'): object => ({
  event_action,
  dedup_key,
  payload: { summary: 'Checkout answers 500', source: 'probe', severity },
});

export const senders = {
  events: { source: 'events', acknowledges: true, payload: event },
  pagerduty: {
    source: 'pagerduty',
    signs: true,
    acknowledges: true,
    payload: (key, happened) => webhook(`incident.${pagerDutyTypes[happened]}`, key),
  },
  alertmanager: { source: 'alertmanager', payload: group },
  grafana: { source: 'grafana', payload: group },
  'grafana, signed': { source: 'grafana', signs: true, payload: group },
  generic: {
    source: 'generic',
    acknowledges: true,
    payload: (key, action, severity = 'critical') => ({ key, action, title: 'Checkout answers 500', severity }),
  },
  'SNS to a function': { source: 'cloudwatch', payload: alarm },
  'SNS over HTTPS': { source: 'cloudwatch', payload: alarm },
} as const satisfies Record<string, Sender>;

export type SenderName = keyof typeof senders;
export const senderNames = Object.keys(senders) as SenderName[];
