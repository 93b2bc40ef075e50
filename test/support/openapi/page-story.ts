/** What sources of pages send, and what they are answered. */

import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Sent } from '../../../infra/docs/openapi/exchange.ts';
import type { PagerSource } from '../../../lib/model.ts';
import type { GivenIntegration } from '../pages/integrations.ts';
import { alarm, webhook } from '../pages/senders.ts';
import { notification } from '../pages/sns.ts';
import { hmac, type Pages } from '../pages.ts';
import type { Recorder } from './recorder.ts';

const doors: Record<string, { file: string; path: string; method?: string }> = {
  page_events: { file: 'pager-events', path: '/v2/enqueue' },
  page_change: { file: 'pager-events', path: '/v2/change/enqueue' },
  page_pagerduty: { file: 'pager-pagerduty', path: '/pager/pagerduty' },
  page_alertmanager: { file: 'pager-alertmanager', path: '/pager/alertmanager' },
  page_grafana: { file: 'pager-grafana', path: '/pager/grafana' },
  page_grafana_put: { file: 'pager-grafana', path: '/pager/grafana', method: 'PUT' },
  page_sns: { file: 'pager-sns', path: '/pager/sns' },
  page_generic: { file: 'pager-generic', path: '/pager/generic' },
  healthz: { file: 'health', path: '/healthz', method: 'GET' },
};

/** What is asked of a function that is no tool; `authorization` is sent and not shown. */
const knock = (play: Recorder, door: string, summary: string, request: Sent, authorization?: string) => {
  const { file, path, method = 'POST' } = doors[door] ?? { file: '', path: '' };
  const lower = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const event = {
    version: '2.0',
    rawPath: path,
    headers: { ...Object.fromEntries(lower), ...(authorization && { authorization }) },
    queryStringParameters: request.query,
    body: JSON.stringify(request.body),
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID(), http: { method, path } },
  } as unknown as APIGatewayProxyEventV2;
  return play.exchange(door, summary, request, async () => {
    const { handler } = await import(`../../../functions/${file}.ts`);
    const { statusCode, headers, body } = await handler(event, {});
    return { status: statusCode, headers, body: JSON.parse(body) };
  });
};

const shown: Partial<Record<PagerSource, string>> = {
  events: 'k7f2m9q1a0b3c6d8e5f4g1h2j7k9m3n6',
};

const integration = async (play: Recorder, pages: Pages, source: PagerSource, id: string, more = {}) => {
  const given: GivenIntegration = await pages.integration(source, more);
  play.reads(given.credential, shown[source] ?? 'page_credential');
  play.reads(given.integrationId, id);
  return given;
};

const group = {
  version: '4',
  groupKey: '{}:{alertname="CheckoutErrors"}',
  status: 'firing',
  receiver: 'control-plane',
  groupLabels: { alertname: 'CheckoutErrors' },
  commonLabels: { alertname: 'CheckoutErrors', severity: 'critical', environment: 'production' },
  commonAnnotations: { summary: 'Checkout answers 500' },
  alerts: [{ status: 'firing', labels: { alertname: 'CheckoutErrors', severity: 'critical' }, annotations: {} }],
};

export const playPages = async (play: Recorder, pages: Pages): Promise<void> => {
  await knock(play, 'healthz', 'It answers', {});
  await playEvents(play, pages);

  const alertmanager = await integration(play, pages, 'alertmanager', 'm4a9b2c7');
  const bearer = `Bearer ${alertmanager.credential}`;
  await knock(play, 'page_alertmanager', 'A group fires', { body: group }, bearer);
  await knock(play, 'page_alertmanager', 'Without a credential', { body: group });
  const templated = { text: 'Checkout answers 500' };
  await knock(play, 'page_alertmanager', 'A payload template of its own', { body: templated }, bearer);

  const grafana = await integration(play, pages, 'grafana', 'g3d8k1p5');
  await knock(play, 'page_grafana', 'An alert fires', { body: group }, `Bearer ${grafana.credential}`);
  const resolved = { ...group, status: 'resolved' };
  await knock(play, 'page_grafana_put', 'An alert resolves', { body: resolved }, `Bearer ${grafana.credential}`);

  const pagerduty = await integration(play, pages, 'pagerduty', 'p6d0w4x2');
  const body = webhook('incident.triggered', 'Q2AIH5Y8B4F1RT');
  const signature = hmac(pagerduty.credential, JSON.stringify(body));
  play.reads(signature, '0f'.repeat(32));
  const query = { integration: pagerduty.integrationId };
  const headers = { 'X-PagerDuty-Signature': `v1=${signature}` };
  await knock(play, 'page_pagerduty', 'An incident is triggered', { headers, query, body });
  await knock(play, 'page_pagerduty', 'A wrong signature', { headers, query, body: { ...body, id: 1 } });

  play.reads(pages.cloudwatch.integrationId, 'c5w7t3r9');
  const sent = notification(JSON.stringify(alarm('CheckoutErrors', 'trigger')));
  play.reads(sent.Signature, 'EXAMPLElMD4…');
  const address = { integration: pages.cloudwatch.integrationId };
  await knock(play, 'page_sns', 'An alarm goes off', { query: address, body: sent });

  const generic = await integration(play, pages, 'generic', 'o9n8e7f6');
  const page = { action: 'trigger', key: 'checkout-latency', title: 'Checkout takes 9 s', severity: 'critical' };
  const token = `Bearer ${generic.credential}`;
  await knock(play, 'page_generic', 'Anything fires', { body: page }, token);
  await knock(play, 'page_generic', 'A field that is not known', { body: { ...page, servce: 'checkout' } }, token);
};

const playEvents = async (play: Recorder, pages: Pages): Promise<void> => {
  const { credential: routing_key } = await integration(play, pages, 'events', 'k7f2m9q1');
  const payload = { summary: 'Checkout answers 500', source: 'probe-3', severity: 'critical' };
  const trigger = { routing_key, event_action: 'trigger', dedup_key: 'checkout-500', payload };
  await knock(play, 'page_events', 'An alert triggers', { body: trigger });
  await knock(play, 'page_events', 'A key that nobody was given', {
    body: { ...trigger, routing_key: 'abcdefghijklmnopqrstuvwxyz012345' },
  });
  await knock(play, 'page_events', 'An action that is not known', { body: { ...trigger, event_action: 'open' } });
  const change = { routing_key, payload: { summary: 'Deployed 4.17.3', source: 'ci' } };
  await knock(play, 'page_change', 'A deployment', { body: change });
  await playFiring(play);
};

/** What the trigger opened is fixed while its alert still fires. */
const playFiring = async (play: Recorder): Promise<void> => {
  const { messages } = await play.tool('message_list', 'The inbox of my role', 'dev-1', { open: true });
  const { atpId, messageId } = messages[0];
  await play.tool('message_ack', 'Take what a page directs', 'dev-1', { messageId });
  await play.tool('handoff', 'Hand off what a page opened', 'dev-1', {
    atpId,
    completed: ['Restarted the pool'],
    evidence: ['Probe passes'],
  });
  const content = 'All three gates hold.';
  await play.tool('artifact_create', 'Verify what a page opened', 'pm-1', {
    atpId,
    artifactType: 'PMVerificationReport',
    title: 'Verified',
    content,
  });
  await play.tool('atp_close', 'Close while the alert still fires', 'pm-1', { atpId });
};
