import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../support/disturbances.ts';
import { EngineProxy } from '../../support/engine-proxy.ts';
import { directiveOf } from '../../support/pages/incident.ts';
import type { GivenIntegration } from '../../support/pages/integrations.ts';
import { event } from '../../support/pages/senders.ts';
import { Pages } from '../../support/pages.ts';
import { quietly } from '../../support/quietly.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';
import { read } from '../../support/timeline.ts';

const directory = temporary();
let service: Service;
let pages: Pages;
let proxy: EngineProxy;
let events: GivenIntegration;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  proxy = await EngineProxy.interpose();
  events = await pages.integration('events');
});
afterAll(() => Promise.all([proxy.stop(), pages.stop()]));

const processed = (dedup_key: unknown) => ({
  status: 202,
  body: { status: 'success', message: 'Event processed', dedup_key },
});
const invalid = (...errors: string[]) => ({
  status: 400,
  body: { status: 'invalid event', message: 'Event object is invalid', errors },
});
const { payload: alert } = event('', 'trigger') as { payload: object };

describe('given the Events API v2', () => {
  it.each(['trigger', 'acknowledge', 'resolve'] as const)(
    'when it is told to %s, then the key comes back',
    async (action) => {
      const key = randomUUID();
      expect(await pages.page('events', events, event(key, action))).toEqual(processed(key));
    },
  );

  it('when a trigger leaves the key out, then one is made, by which it can be resolved', async () => {
    const answer = await pages.page('events', events, { event_action: 'trigger', payload: alert });
    expect(answer).toEqual(processed(expect.stringMatching(/^[0-9a-f]{32}$/)));
    const { atps } = await service.done('pm-1', 'atp_list', { limit: 1 });
    await pages.page('events', events, { event_action: 'resolve', dedup_key: answer.body.dedup_key });
    expect((await read(service, atps[0].atpId)).atp).toHaveProperty('alertResolvedAt');
  });

  it('when what was changed is told, then it is taken, and opens nothing', async () => {
    const body = JSON.stringify({ routing_key: events.credential, payload: { summary: 'Deployed 4.17.3' } });
    proxy.forget();
    expect(await pages.knock('change', { body })).toEqual({
      status: 202,
      body: { status: 'success', message: 'Change event processed' },
    });
    expect(proxy.operations).toEqual(['BatchGetItem']);
  });

  it.each([
    [{ routing_key: 'short' }, "Length of 'routing_key' is incorrect (should be 32 characters)"],
    [{ event_action: undefined }, "'event_action' is missing or blank"],
    [{ event_action: 'resolve', dedup_key: undefined }, "'dedup_key' is missing or blank"],
    [{ payload: { ...alert, summary: ' ' } }, "'payload.summary' is missing or blank"],
  ])('when it is sent %j, then 400 in the words of PagerDuty', async (more, error) => {
    expect(await pages.page('events', events, { ...event('k', 'trigger'), ...more })).toEqual(invalid(error));
  });

  it('when it is sent no JSON, then 400 in the words of PagerDuty', async () => {
    expect(await pages.knock('events', { body: '{"routing_key":' })).toEqual({
      status: 400,
      body: {
        status: 'Unrecognized object',
        message: 'Event object format is unrecognized',
        errors: ['JSON parse error'],
      },
    });
  });

  it('when the details are 402 KB, then the directive has their beginning, and an artifact all of them', async () => {
    const blob = 'Grüße 🔥'.repeat(36_000).slice(0, 270_000);
    const body = Buffer.from(
      JSON.stringify({
        routing_key: events.credential,
        ...event(randomUUID(), 'trigger'),
        payload: { ...alert, custom_details: { blob } },
      }),
    );
    expect(body.length).toBeGreaterThan(402_000);
    expect((await pages.knock('events', { body })).status).toBe(202);
    const { atps } = await service.done('pm-1', 'atp_list', { limit: 1 });
    const { body: said } = await directiveOf(service, atps[0].atpId);
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(65_536);
    expect(said).toContain('The payload, cut; the whole of it is an artifact of this ATP:');
    const { artifacts } = await read(service, atps[0].atpId);
    const { artifact } = await service.done('pm-1', 'artifact_get', { artifactId: artifacts[0].artifactId });
    expect(JSON.parse(artifact.content).payload.custom_details.blob).toBe(blob);
    expect(artifact.content).not.toContain(events.credential);
  });
});

const filled = (bytes: number) => Buffer.alloc(bytes, ' ');
it('given bodies above the limit of their door, when they come, then 413, and at it they are read', async () => {
  expect((await pages.knock('events', { body: filled(524_289) })).status).toBe(413);
  expect((await pages.knock('events', { body: filled(524_288) })).status).toBe(400);
  const { credential } = await pages.integration('generic');
  const headers = { authorization: `Bearer ${credential}` };
  expect((await pages.knock('generic', { body: filled(262_145), headers })).status).toBe(413);
  expect((await pages.knock('generic', { body: filled(262_144), headers })).status).toBe(400);
});

it('given a table that does not answer, when a page comes, then 5xx: its source sends it again', async () => {
  proxy.disturb = refused('InternalServerError', 500);
  const answer = await quietly(() => pages.page('events', events, event(randomUUID(), 'trigger')));
  proxy.forget();
  expect(answer.status).toBe(503);
});
