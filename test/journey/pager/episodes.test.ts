import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineProxy } from '../../support/engine-proxy.ts';
import { directiveOf, verify } from '../../support/pages/incident.ts';
import type { GivenIntegration } from '../../support/pages/integrations.ts';
import { type SenderName, senderNames, senders } from '../../support/pages/senders.ts';
import { answerForSns } from '../../support/pages/sns.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';
import { read, readWhole } from '../../support/timeline.ts';

const directory = temporary();
let service: Service;
let proxy: EngineProxy;
let pages: Pages;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  proxy = await EngineProxy.interpose();
  answerForSns();
  // The integrations of CloudWatch are looked for once a minute: that is no part of a page.
  await pages.invoke({ Records: [] });
});
afterAll(() => Promise.all([proxy.stop(), pages.stop()]));

const READ = 'BatchGetItem';
const WRITE = 'TransactWriteItems';

describe.each(senderNames)('given a source that pages by %s', (name: SenderName) => {
  const sender = senders[name];
  let integration: GivenIntegration;
  let key: string;
  beforeEach(async () => {
    integration = await pages.of(name);
    key = randomUUID();
  });

  const say = async (happened: 'trigger' | 'acknowledge' | 'resolve' = 'trigger') => {
    proxy.forget();
    const { status } = await pages.send(name, integration, key, happened);
    expect(status).toBe(202);
  };
  /** The newest of all that was opened by this key. */
  const opened = async (): Promise<string> => {
    const { atps } = await service.done('pm-1', 'atp_list', { limit: 1 });
    return atps[0].atpId;
  };

  it('when it triggers, then ATP, directive and episode are there with one read and one write', async () => {
    await say();
    expect(proxy.operations).toEqual([READ, WRITE]);
    const { atp, timeline, messages } = await readWhole(service, await opened());
    expect(atp).toMatchObject({ type: 'hotfix', status: 'InProgress', alertFiring: true });
    expect(atp.incident).toMatchObject({ reporter: sender.source, environment: 'production' });
    expect(messages).toEqual([
      expect.objectContaining({
        messageType: 'Directive',
        toAgent: '@dev',
        priority: 'P0-Critical',
        fromAgent: '@pager',
      }),
    ]);
    expect(messages[0].body).toContain('> ');
    expect(messages[0].body).not.toContain(integration.credential);
    expect(timeline).toHaveLength(1);
  });

  it('when it triggers again, then there is a line in the timeline and nothing else, with two reads and one write', async () => {
    await say();
    const before = await read(service, await opened());
    await say();
    expect(proxy.operations).toEqual([READ, READ, WRITE]);
    const { timeline, ...after } = await read(service, await opened());
    expect(timeline.slice(0, -1)).toEqual(before.timeline);
    expect(timeline.at(-1)).toMatchObject({ action: 'page-trigger' });
    expect(after).toEqual({ atp: before.atp, messages: before.messages, artifacts: [] });
  });

  it('when it resolves, then the ATP and what @pm is told say so, and nothing is closed', async () => {
    await say();
    const atpId = await opened();
    await say('resolve');
    expect(proxy.operations).toEqual([READ, READ, WRITE]);
    const { atp, next } = await service.done('pm-1', 'atp_get', { atpId });
    expect(atp).toMatchObject({ status: 'InProgress', alertResolvedAt: expect.any(String) });
    expect(atp).not.toHaveProperty('alertFiring');
    expect(next.find(({ role }: { role: string }) => role === '@pm').why).toContain(atp.alertResolvedAt);
    await verify(service, atpId);
    expect((await service.done('pm-1', 'atp_close', { atpId })).atp.status).toBe('Closed');
  });

  it('when it fires again after it resolved, then there is a new ATP that names the one before', async () => {
    await say();
    const first = await opened();
    await say('resolve');
    await say();
    const second = await opened();
    expect(second).not.toBe(first);
    expect((await read(service, second)).atp).toMatchObject({ previousAtpId: first, alertFiring: true });
    expect(await directiveOf(service, second)).toMatchObject({ toAgent: '@dev' });
  });

  it('when it still fires, then no closure without a reason, which the timeline keeps; what fires later is new', async () => {
    await say();
    const atpId = await opened();
    await verify(service, atpId);
    expect((await service.call('pm-1', 'atp_close', { atpId })).body.code).toBe('ALERT_STILL_FIRING');
    const refused = await service.call('pm-1', 'atp_change_status', { atpId, status: 'Closed', alertOverride: '  ' });
    expect(refused.body.code).not.toBeUndefined();
    await service.done('pm-1', 'atp_close', { atpId, alertOverride: 'The probe is broken.' });
    const closing = (await read(service, atpId)).timeline.find(({ to }) => to === 'Closed');
    expect(closing).toMatchObject({ notes: expect.stringContaining('The probe is broken.') });
    await say();
    expect((await read(service, await opened())).atp).toMatchObject({ previousAtpId: atpId, status: 'InProgress' });
  });

  it('when the ATP was rejected, then what fires later is new', async () => {
    await say();
    const atpId = await opened();
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    await say();
    expect((await read(service, await opened())).atp).toMatchObject({ previousAtpId: atpId });
  });

  it('when it resolves what nobody opened, then that is accepted, with one read', async () => {
    await say('resolve');
    expect(proxy.operations).toEqual([READ]);
  });
});

describe.each(senderNames.filter((name) => 'acknowledges' in senders[name]))('given a page by %s', (name) => {
  it('when it is acknowledged there, then the timeline says so, with two reads and one write', async () => {
    const integration = await pages.of(name);
    const key = randomUUID();
    const [{ atpId }] = (await pages.send(name, integration, key)).body.pages ?? (await newest());
    proxy.forget();
    expect((await pages.send(name, integration, key, 'acknowledge')).status).toBe(202);
    expect(proxy.operations).toEqual([READ, READ, WRITE]);
    const { atp, timeline } = await read(service, atpId);
    expect(timeline.at(-1)).toMatchObject({ action: 'page-acknowledge' });
    expect(atp).toMatchObject({ status: 'InProgress', alertFiring: true });
  });
});

/** The Events API v2 answers in its own form, which names no ATP. */
const newest = async () => (await service.done('pm-1', 'atp_list', { limit: 1 })).atps;
