import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../../lib/pager/payload.ts';
import type { SenderName } from '../../support/pages/senders.ts';
import { answerForSns, notification } from '../../support/pages/sns.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';

const directory = temporary();
let service: Service;
let pages: Pages;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  answerForSns();
});
afterAll(() => pages.stop());

const count = async () => (await service.done('pm-1', 'atp_list', { limit: 100 })).atps.length;

describe('given a payload of a real sender', () => {
  it.each([
    ['alertmanager', '01', 'alertmanager', 'opened'],
    ['alertmanager', '02', 'alertmanager', 'opened'],
    ['alertmanager', '03', 'alertmanager', 'opened'],
    ['grafana', '01', 'grafana', 'opened'],
    ['grafana', '02', 'grafana', 'opened'],
    ['pagerduty-webhook-v3', '06', 'pagerduty', 'dropped'],
    ['pagerduty-webhook-v3', '07', 'pagerduty', 'ignored'],
    ['pagerduty-webhook-v3', '08', 'pagerduty', 'opened'],
    ['pagerduty-webhook-v3', '10', 'pagerduty', 'ignored'],
    ['cloudwatch-alarm-message', '01', 'SNS to a function', 'opened'],
    ['cloudwatch-alarm-message', '02', 'SNS over HTTPS', 'opened'],
  ] as const)('when %s/%s comes by %s, then it is %s', async (source, number, name: SenderName, effect) => {
    const before = await count();
    const answer = await pages.page(name, await pages.of(name), fixture(source, number));
    expect(answer).toMatchObject({ status: 202, body: { pages: [{ effect }] } });
    expect((await count()) - before).toBe(effect === 'opened' ? 1 : 0);
  });

  it.each([
    ['cloudwatch-eventbridge', '01', 'opened'],
    ['cloudwatch-eventbridge', '02', 'opened'],
    ['cloudwatch-sns-lambda', '01', 'opened'],
    ['cloudwatch-sns-lambda', '02', 'opened'],
  ])('when AWS invokes the function with %s/%s, then it is %s', async (source, number, effect) => {
    expect(await pages.invoke(fixture(source, number))).toMatchObject({ body: { pages: [{ effect }] } });
  });

  it('when the note of an incident that is open comes, then it is updated', async () => {
    const integration = await pages.of('pagerduty');
    const update = fixture('pagerduty-webhook-v3', '06') as { event: object };
    const trigger = { event: { ...update.event, id: 'before', event_type: 'incident.triggered' } };
    await pages.page('pagerduty', integration, trigger);
    const answer = await pages.page('pagerduty', integration, update);
    expect(answer).toMatchObject({ status: 202, body: { pages: [{ effect: 'updated' }] } });
  });

  it.each([
    // Of severity info.
    ['01', 202, 0],
    ['02', 202, 0],
    ['05', 202, 1],
  ])('when event %s comes with a routing key of ours, then %i', async (number, status, opened) => {
    const integration = await pages.of('events');
    const before = await count();
    const routing_key = integration.credential;
    const sample = fixture('pagerduty-events-v2', number) as object;
    const answer = await pages.page('events', integration, { ...sample, routing_key });
    expect(answer).toMatchObject({ status, body: { dedup_key: expect.any(String) } });
    expect((await count()) - before).toBe(opened);
  });

  it.each([
    ['01', 400],
    ['02', 400],
    ['05', 403],
  ])('when event %s comes as it is, then %i: its routing key is none of ours', async (number, status) => {
    const answer = await pages.page('events', await pages.of('events'), fixture('pagerduty-events-v2', number));
    expect(answer.status).toBe(status);
  });

  it('when the change event comes, then 202 with a key of ours, and 403 as it is', async () => {
    const { credential } = await pages.of('events');
    const sample = fixture('pagerduty-events-v2', '07') as object;
    const knock = (event: object) => pages.knock('change', { body: JSON.stringify(event) });
    expect((await knock({ ...sample, routing_key: credential })).status).toBe(202);
    expect((await knock(sample)).status).toBe(403);
  });

  it.each(['01', '02'])('when sns-https/%s comes, then 401: its signature is an example', async (number) => {
    const query = { integration: pages.cloudwatch.integrationId };
    const body = JSON.stringify(fixture('sns-https', number));
    expect((await pages.knock('sns', { body, query })).status).toBe(401);
  });

  it('when SNS brings what is no alarm, then it is ignored', async () => {
    const query = { integration: pages.cloudwatch.integrationId };
    const answer = await pages.knock('sns', { body: JSON.stringify(notification('Hello world!')), query });
    expect(answer).toMatchObject({ status: 202, body: { pages: [{ effect: 'ignored' }] } });
  });
});
