import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Atp } from '../../lib/model.ts';
import type { Table } from '../../lib/store/client.ts';
import { SHARDS } from '../../lib/store/keys.ts';
import { waiting } from '../support/changes/deadlines.ts';
import { consumptionOf } from '../support/consumption.ts';
import { fireTimer, timerOf } from '../support/firing.ts';
import { measuredCalls } from '../support/measured-calls.ts';
import { letter, Overtaken } from '../support/overtaken.ts';
import { newId } from '../support/service.ts';
import { doors } from '../support/steps.ts';
import { tableAt } from '../support/table.ts';

let world: Overtaken;
/** As what fires timers reaches it. */
let table: Table;
beforeAll(async () => {
  world = await Overtaken.start();
  table = tableAt(world.proxy.url, world.service.table.name);
});
beforeEach(() => world.proxy.forget());
afterAll(() => world.stop());

const read = 'BatchGetItem';
const write = 'TransactWriteItems';

const beginnings = [
  ['atp_set', 'a hotfix', () => ({ atpId: newId(), status: 'InProgress' })],
  ['atp_set', 'an emergency', () => ({ atpId: newId(), status: 'InProgress', type: 'emergency' })],
  ['atp_create', 'a review', () => ({ title: 'Look at the locks', type: 'review' })],
  ['atp_create', 'a bugfix', () => ({ title: 'Look at the locks', type: 'bugfix' })],
  ['atp_create', 'a standard', () => ({ title: 'Look at the locks', type: 'standard', qa: 'always' })],
] as const;

describe('given a writing call that succeeds, then it made one BatchGetItem and one TransactWriteItems', () => {
  it.each(doors)('$name through $tool', async ({ state, who, tool, call }) => {
    const atp: Atp = await world.states.copy(state);
    world.proxy.forget();
    await world.service.done(who, tool, call(atp));
    expect(world.proxy.operations).toEqual([read, write]);
  });

  it.each(beginnings)('%s of %s', async (tool, _, body) => {
    await world.service.done('pm-1', tool, body());
    expect(world.proxy.operations).toEqual([read, write]);
  });

  it('a directive while an emergency is open, which its answer names', async () => {
    const emergency = await world.states.copy('emergency started');
    await world.given.directive(emergency.atpId);
    const { atpId } = await world.states.copy('started');
    world.proxy.forget();
    const { message } = await world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev'));
    expect(message.waitsFor).toContain(emergency.atpId);
    expect(world.proxy.operations).toEqual([read, write]);
  });

  it('the largest closure: of an emergency with three open directives, that as many wait for as can', async () => {
    const { atpId } = await world.states.copy('emergency verified');
    for (const role of ['@dev', '@qa', '@sre']) await world.given.directive(atpId, role);
    const later = { title: 'Later', type: 'standard', dependencies: [atpId] };
    for (let waits = 0; waits < 40; waits++) await world.service.done('pm-1', 'atp_create', later);
    const headers = { 'idempotency-key': newId(), 'x-turn-id': newId() };
    world.proxy.forget();
    await world.service.done('pm-1', 'atp_close', { atpId, summary: 'Rolled back.' }, headers);
    expect(world.proxy.operations).toEqual([read, write]);
    // docs/data-model.md counts them: a transaction takes 100
    expect(world.proxy.requests[1]?.input.TransactItems).toHaveLength(91);
  });
});

describe('given a timer that fires', () => {
  it.each(waiting)(
    'when $deadline has passed, then it made one BatchGetItem and one TransactWriteItems',
    async (each) => {
      const { atpId } = await world.states.copy(each.state);
      const timer = await timerOf(world.service, atpId, each.deadline);
      world.proxy.forget();
      expect(await fireTimer(table, timer)).toBe('acted');
      expect(world.proxy.operations).toEqual([read, write]);
    },
  );

  it.each([
    ['no longer waits', async () => (await world.states.copy('acknowledged')).atpId],
    ['is gone', async () => newId()],
  ])('when its ATP %s, then it made one BatchGetItem and no request of a write', async (_, given) => {
    const timer = { atpId: await given(), deadline: 'acknowledgement@dev', dueAt: new Date().toISOString() };
    world.proxy.forget();
    expect(await fireTimer(table, timer)).toBe('nothing');
    expect(world.proxy.operations).toEqual([read]);
  });
});

describe('given a call that only reads', () => {
  const queries = (times: number) => Array.from({ length: times }, () => 'Query');
  it.each([
    ['atp_get', [read, ...queries(1)]],
    ['atp_list, 25 of the newest', [read, ...queries(SHARDS), read]],
    ['atp_list, 25 of one status', [read, ...queries(SHARDS), read]],
    ['message_list, an inbox', [read, ...queries(SHARDS), read]],
    ['message_list, of an ATP', [read, ...queries(1), read]],
    ['artifact_get', [read]],
    ['flow_get', [read]],
  ])('when %s is answered, then its requests are %j', async (title, operations) => {
    await world.given.directed();
    const call = (await measuredCalls(world.service, table)[title]?.()) ?? expect.fail(title);
    world.proxy.forget();
    await call();
    expect(world.proxy.operations).toEqual(operations);
  });

  it('when the table holds ten times as much, then each call costs what it cost', async () => {
    const calls = measuredCalls(world.service, table);
    const measured = async () => {
      const costs: { [title: string]: unknown } = {};
      for (const [title, prepare] of Object.entries(calls)) {
        costs[title] = await consumptionOf(world.proxy, await prepare());
      }
      return costs;
    };
    const grow = async (atps: number) => {
      for (let made = 0; made < atps; made++) await world.states.copy('directed');
    };
    await grow(30);
    const small = await measured();
    await grow(300);
    expect(await measured()).toEqual(small);
  });
});

describe('given a call that changes nothing', () => {
  it('when it is refused, then it made one read', async () => {
    const { atpId } = await world.states.copy('started');
    world.proxy.forget();
    const answer = await world.service.call('dev-1', 'handoff', { atpId, completed: ['a'], evidence: ['b'] });
    expect(answer.body.code).toBe('NOT_ACKNOWLEDGED');
    expect(world.proxy.operations).toEqual([read]);
  });

  it('when it is refused under an idempotency key, then it looked once more for a twin', async () => {
    const { atpId } = await world.states.copy('started');
    const headers = { 'idempotency-key': newId() };
    world.proxy.forget();
    await world.service.call('dev-1', 'handoff', { atpId, completed: ['a'], evidence: ['b'] }, headers);
    expect(world.proxy.operations).toEqual([read, 'TransactGetItems']);
  });

  it('when it is replayed, then it made one read', async () => {
    const { atpId } = await world.states.copy('started');
    const headers = { 'idempotency-key': newId() };
    const send = () => world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev'), headers);
    const first = await send();
    world.proxy.forget();
    expect(await send()).toEqual(first);
    expect(world.proxy.operations).toEqual([read]);
  });

  it('when it asks for a review that exists, then it read that review and wrote nothing', async () => {
    const { atpId } = await world.given.closed();
    world.proxy.forget();
    const again = { title: 'Review', type: 'review', sourceAtpId: atpId };
    expect((await world.service.done('pm-1', 'atp_create', again)).created).toBe(false);
    expect(world.proxy.operations).toEqual([read, read]);
  });

  it.each([
    ['carries no token', 'none'],
    ['carries what is no token', 'atp_pm_0123'],
  ])('when it %s, then no request was made', async (_, token) => {
    expect((await world.service.call(token, 'flow_get', { type: 'hotfix' })).status).toBe(401);
    expect(world.proxy.operations).toEqual([]);
  });
});
