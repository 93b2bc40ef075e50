/** The test page of each source, in that source's own form, and its resolution where the source has one. */
import { createHmac } from 'node:crypto';
import type { Integration } from '../../lib/pager/integration.ts';
import { kindOf } from './credential.ts';

export type Sent = { headers: Record<string, string>; body: string };

type Subject = Pick<Integration, 'integrationId' | 'source' | 'credentials' | 'service' | 'environment'>;
/** `key` names the episode: a second test is another one. */
type Test = { integration: Subject; credential: string; key: string; now: Date };

const json = { 'content-type': 'application/json' };
const titleOf = ({ service }: Subject): string => `Test page for ${service}: nothing is wrong`;

/** What is sent, in order. CloudWatch has a test of its own. */
export const testPages = (test: Test): Sent[] => {
  const { source } = test.integration;
  if (source === 'events') return ['trigger', 'resolve'].map((action) => event(test, action));
  if (source === 'generic') return ['trigger', 'resolve'].map((action) => bearing(test, generic(test, action)));
  if (source === 'pagerduty') return [ping(test)];
  if (source === 'cloudwatch')
    throw new Error('AWS itself tests this one: aws cloudwatch set-alarm-state --state-value ALARM puts an alarm off');
  return ['firing', 'resolved'].map((status) => group(test, status));
};

/** PagerDuty Events API v2. */
const event = ({ integration, credential, key, now }: Test, event_action: string): Sent => ({
  headers: json,
  body: JSON.stringify({
    routing_key: credential,
    event_action,
    dedup_key: key,
    payload: {
      summary: titleOf(integration),
      source: 'npm run integration',
      severity: 'critical',
      timestamp: now.toISOString(),
    },
  }),
});

/** The ping that PagerDuty sends for "Send Test Event". */
const ping = ({ credential, key, now }: Test): Sent => {
  const data = { message: 'Hello from your friend Pagey!', type: 'ping' };
  const about = { event_type: 'pagey.ping', resource_type: 'pagey', occurred_at: now.toISOString() };
  const body = JSON.stringify({ event: { id: key, ...about, agent: null, client: null, data } });
  return { headers: { ...json, 'x-pagerduty-signature': `v1=${signature(credential, body)}` }, body };
};

const signature = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex');

const bearing = ({ credential }: Test, body: object): Sent => ({
  headers: { ...json, authorization: `Bearer ${credential}` },
  body: JSON.stringify(body),
});

const generic = ({ integration, key }: Test, action: string): object => ({
  action,
  key,
  title: titleOf(integration),
  severity: 'critical',
});

/** Alertmanager and Grafana: a group of one alert. */
const group = (test: Test, status: string): Sent => {
  const { integration, credential } = test;
  const body = integration.source === 'grafana' ? grafana(test, status) : alertmanager(test, status);
  if (kindOf(integration) === 'bearer') return bearing(test, body);
  const text = JSON.stringify(body);
  return { headers: { ...json, 'x-grafana-alerting-signature': signature(credential, text) }, body: text };
};

/** Of a time that has not come yet, Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/** Alertmanager's webhook, version 4. */
const alertmanager = ({ integration, key, now }: Test, status: string) => {
  const labels = { alertname: 'TestPage', severity: 'critical' };
  const annotations = { summary: titleOf(integration) };
  const endsAt = status === 'resolved' ? now.toISOString() : NEVER;
  return {
    version: '4',
    groupKey: key,
    truncatedAlerts: 0,
    status,
    receiver: 'test',
    groupLabels: { alertname: 'TestPage' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://localhost:9093',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: now.toISOString(),
        endsAt,
        generatorURL: '',
        fingerprint: '0123456789abcdef',
      },
    ],
  };
};

/** Grafana's, of the same family. */
const grafana = (test: Test, status: string) => ({
  ...alertmanager(test, status),
  version: '1',
  orgId: 1,
  externalURL: 'http://localhost:3000/',
  title: `[${status.toUpperCase()}:1] TestPage`,
  state: status === 'firing' ? 'alerting' : 'ok',
  message: titleOf(test.integration),
});
