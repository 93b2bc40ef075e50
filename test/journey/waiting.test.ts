import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { givenUp } from '../../lib/store/client.ts';
import { keys, SHARDS } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { isUnavailable } from '../../lib/store/unavailable.ts';
import { letter, Overtaken } from '../support/overtaken.ts';
import { type Body, newId } from '../support/service.ts';
import { tableAt } from '../support/table.ts';
import { until } from '../support/until.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
beforeEach(() => world.proxy.forget());
afterAll(() => world.stop());

const CLASSES_AND_PRIORITIES = 12;
const LATER = '2999-01-01T00:00:00.000Z';
const list = (input: Body, who = 'sre-1'): Promise<Body> => world.service.done(who, 'message_list', input);
const get = (input: Body): Promise<Body> => world.service.done('pm-1', 'atp_get', input);
const send = async (atpId: string, more: Body = {}): Promise<Body> => {
  const decision = { ...letter(atpId, 'Decision', '@sre'), ...more };
  return (await world.service.done('operator-1', 'message_send', decision)).message;
};
const direct = async (atpId: string): Promise<Body> =>
  (await world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@sre'))).message;

/** What a call answers while something happens that begins once it has looked `times` times. */
const during = async (call: Promise<Body>, operation: string, times: number, happen: () => Promise<unknown>) => {
  let isAnswered = false;
  const answer = call.finally(() => {
    isAnswered = true;
  });
  await until(() => world.proxy.count(operation) >= times);
  expect(isAnswered).toBe(false);
  await happen();
  return answer;
};

describe('given messages before and after a time', () => {
  let atpId: string;
  let since: string;
  const later: string[] = [];
  beforeAll(async () => {
    atpId = await world.given.started();
    for (const priority of ['P0-Critical', 'P3-Low']) await send(atpId, { priority });
    const directed = await direct(atpId);
    since = directed.sentAt;
    const [low, high] = [await send(atpId, { priority: 'P3-Low' }), await send(atpId, { priority: 'P1-High' })];
    const other = await direct(await world.given.started());
    later.push(...[other, high, low].map(({ messageId }) => messageId));
  });

  it.each([1, 2, 25])('when asked for by %i, then each that was sent after it stands once, in order', async (limit) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ since, limit, ...(cursor && { cursor }) });
      found.push(...page.messages.map(({ messageId }: Body) => messageId));
      ({ cursor } = page);
    } while (cursor);
    expect(found).toEqual(later);
  });

  it('when only open ones, those of an ATP, or those after the last are asked for, then it is these', async () => {
    const ids = async (input: Body) => (await list(input)).messages.map(({ messageId }: Body) => messageId);
    expect(await ids({ since, open: true })).toEqual(later.slice(0, 1));
    expect(await ids({ since, atpId })).toEqual(later.slice(1));
    expect(await ids({ since: LATER })).toEqual([]);
  });

  it('when a cursor is of another time, then it is refused', async () => {
    const { cursor } = await list({ since, limit: 1 });
    const { body } = await world.service.call('sre-1', 'message_list', { since: LATER, cursor });
    expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'cursor' }] });
  });
});

describe('given an inbox that is waited on', () => {
  it('when a message is sent after `since`, then the wait ends with it', async () => {
    const atpId = await world.given.started();
    const { sentAt: since } = await send(atpId);
    world.proxy.forget();
    const perPoll = SHARDS * CLASSES_AND_PRIORITIES;
    let sent: Body;
    const { messages } = await during(list({ since, waitSeconds: 20 }), 'Query', perPoll, async () => {
      sent = await send(atpId);
    });
    expect(messages).toEqual([sent]);
  });

  it('when a directive waits, then `open` is answered at once; else as soon as one does', async () => {
    const atpId = await world.given.work('bugfix', 'InProgress');
    const directive = letter(atpId, 'Directive', '@qa');
    const wait = () => list({ open: true, waitSeconds: 20 }, 'qa-1');
    const sent = await during(wait(), 'Query', SHARDS, () => world.service.done('pm-1', 'message_send', directive));
    expect(sent.messages).toMatchObject([{ atpId, toAgent: '@qa' }]);
    world.proxy.forget();
    expect(await wait()).toEqual(sent);
    expect(world.proxy.count('Query')).toBe(SHARDS);
  });

  it('when the list becomes another, then a wait without `since` ends with the list as it then is', async () => {
    const before = await list({ limit: 100 });
    world.proxy.forget();
    const atpId = before.messages[0].atpId;
    const after = await during(list({ limit: 100, waitSeconds: 20 }), 'Query', SHARDS + 1, () => send(atpId));
    expect(after.messages).toHaveLength(before.messages.length + 1);
  });

  it('when nothing comes, then it is answered after its time with the list as it is', async () => {
    const before = Date.now();
    expect(await list({ since: LATER, waitSeconds: 1 })).toEqual({ messages: [] });
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
    // at 0, 250, 750 and 1,000 ms, or fewer where the machine is slow
    expect(world.proxy.count('Query') / (SHARDS * CLASSES_AND_PRIORITIES)).toBeLessThanOrEqual(4);
  });
});

describe('given an ATP that is waited on', () => {
  it('when it changes, then the answer is all of it as it then is', async () => {
    const { atpId } = await world.given.directed();
    world.proxy.forget();
    const { atp, messages, timeline } = await during(get({ atpId, waitSeconds: 20 }), 'BatchGetItem', 2, () =>
      world.service.done('dev-1', 'message_send', letter(atpId, 'Update', '@pm')),
    );
    expect(messages).toHaveLength(2);
    expect(timeline.at(-1)).toMatchObject({ action: 'message', at: atp.updatedAt });
  });

  it('when it changed after `since` already, then it is answered at once, with the usual requests', async () => {
    const { atpId } = await world.given.directed();
    const { atp } = await get({ atpId });
    world.proxy.forget();
    const answer = await get({ atpId, waitSeconds: 20, since: atp.createdAt });
    expect(answer.atp).toEqual(atp);
    expect(world.proxy.operations).toEqual(['BatchGetItem', 'Query']);
  });

  it('when what it depends on is closed, then that ends the wait, though its `updatedAt` stays', async () => {
    const awaitedId = await world.given.verified();
    const standard = { title: 'Later', type: 'standard', dependencies: [awaitedId] };
    const { atp } = await world.service.done('pm-1', 'atp_create', standard);
    world.proxy.forget();
    const wait = get({ atpId: atp.atpId, waitSeconds: 20, since: atp.updatedAt });
    const answer = await during(wait, 'BatchGetItem', 2, () =>
      world.service.done('pm-1', 'atp_close', { atpId: awaitedId }),
    );
    expect(answer.timeline.at(-1)).toMatchObject({ action: 'release' });
    expect(answer.atp.updatedAt).toBe(atp.updatedAt);
  });

  it('when nothing changes, then it is answered after its time as it is', async () => {
    const { atpId } = await world.given.directed();
    const as = await get({ atpId });
    const before = Date.now();
    expect(await get({ atpId, waitSeconds: 1 })).toEqual(as);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
  });

  it('when there is none, then that is said at once', async () => {
    const { status, body } = await world.service.call('pm-1', 'atp_get', { atpId: newId(), waitSeconds: 20 });
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    expect(world.proxy.operations).toEqual(['BatchGetItem']);
  });
});

it.each([
  ['waitSeconds', 21],
  ['waitSeconds', -1],
  ['waitSeconds', 0.5],
  ['since', '2026-11-23T21:43:09Z'],
  ['since', '2026-11-23T22:43:09.373+01:00'],
  ['since', '2026-02-30T21:43:09.373Z'],
  ['since', 'yesterday'],
])('given %s %s, then it is refused by name', async (path, value) => {
  for (const [tool, more] of [['atp_get', { atpId: 'AT-1' }] as const, ['message_list', {}] as const]) {
    const { body } = await world.service.call('pm-1', tool, { ...more, [path]: value });
    expect(body, tool).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path }] });
  }
});

it('given a table that falls silent while a call waits, when its time runs out, then the table is unavailable', async () => {
  world.proxy.disturb = async () => 'silent';
  const giveUp = new AbortController();
  const table = givenUp(tableAt(world.proxy.url, world.service.table.name), giveUp.signal);
  const read = readItems(table, [keys.emergencies]);
  await until(() => world.proxy.count('BatchGetItem') > 0);
  giveUp.abort();
  const error = await read.catch((thrown: unknown) => thrown);
  expect(isUnavailable(error)).toBe(true);
});
