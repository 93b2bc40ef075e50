import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, inTurn, withReasons } from '../support/disturbances.ts';
import type { Disturbance } from '../support/engine-proxy.ts';
import { fireTimer, timerOf } from '../support/firing.ts';
import { letter, Overtaken } from '../support/overtaken.ts';
import { quietly } from '../support/quietly.ts';
import { newId } from '../support/service.ts';
import { tableAt } from '../support/table.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
beforeEach(() => {
  world.proxy.forget();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(() => world.stop());

const write = 'TransactWriteItems';
const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
const failed = 'ConditionalCheckFailed';

/** Every write whose condition held is said to have met another transaction. */
const conflictBeside = withReasons((reason) => (reason.Code === failed ? reason : conflict));
/** Of the failed conditions, only that of the write at this position is told; the rest met another transaction. */
const toldOnlyAt = (told: number) => withReasons((reason, at) => (at === told ? reason : conflict));
/** Nothing is told but that another transaction was there. */
const nothingTold = withReasons((reason) => (reason.Code === failed ? conflict : reason));

/** Something happens before the first write arrives; its cancellation is told as `told` says. */
const overtakenBy = (happen: () => Promise<unknown>, ...told: readonly Disturbance[]): Disturbance => {
  const [first, ...later] = told;
  return inTurn(
    write,
    async (request, forward) => {
      const { disturb } = world.proxy;
      world.proxy.disturb = undefined;
      await happen();
      world.proxy.disturb = disturb;
      return first ? first(request, forward) : forward();
    },
    ...later,
  );
};

const directed = async () => {
  const { messageId, atpId } = await world.given.directed();
  const other = () => world.service.done('dev-2', 'message_ack', { messageId });
  return { atpId, other, call: () => world.service.call('dev-1', 'message_ack', { messageId }) };
};

describe('given two principals that acknowledge one directive, and a table that names conflicts beside failed conditions', () => {
  it.each([
    ['the failed condition of the ATP and conflicts for all else', [toldOnlyAt(0)]],
    ['every failed condition and conflicts for all else', [conflictBeside]],
    ['conflicts alone at first', [nothingTold]],
    ['conflicts alone five times', [nothingTold, nothingTold, nothingTold, nothingTold, nothingTold]],
    ['only the failed condition of the message, twice', [toldOnlyAt(2), toldOnlyAt(2)]],
  ])('when the later one is told %s, then it learns who was first', async (_, told) => {
    const { atpId, other, call } = await directed();
    world.proxy.disturb = overtakenBy(other, ...told);
    const answer = await call();
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_ACKNOWLEDGED' } });
    const { timeline, atp } = await world.service.done('pm-1', 'atp_get', { atpId });
    expect(atp.owner.name).toBe('dev-2');
    expect(timeline.filter(({ action }: { action: string }) => action === 'acknowledge')).toHaveLength(1);
  });

  it('when it is told of conflicts for ever, then it ends in UNAVAILABLE and the first stays the owner', async () => {
    const { atpId, other, call } = await directed();
    world.proxy.disturb = overtakenBy(other, ...Array.from({ length: 100 }, () => nothingTold));
    expect(await quietly(call)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect((await world.service.done('pm-1', 'atp_get', { atpId })).atp.owner.name).toBe('dev-2');
  });
});

describe('given two calls with one idempotency key', () => {
  it.each([
    ['a conflict on the ATP and the failed condition of the key', 'key'],
    ['conflicts alone at first', 'none'],
  ])('when the later one is told %s, then it answers as the first', async (_, told) => {
    const atpId = await world.given.started();
    const headers = { 'idempotency-key': newId() };
    const call = () => world.service.call('qa-1', 'message_send', letter(atpId, 'Blocker', '@pm'), headers);
    world.proxy.disturb = overtakenBy(call, told === 'key' ? conflictBeside : nothingTold);
    expect(await call()).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(await world.eventsOf(atpId, 'message')).toHaveLength(1);
  });
});

describe('given two closings of different ATPs in one turn', () => {
  it.each([
    ['conflicts beside the end of the turn', conflictBeside],
    ['conflicts alone at first', nothingTold],
  ])('when the later one is told %s, then the turn has ended for it', async (_, told) => {
    const [one, other] = [await world.states.copy('verified'), await world.states.copy('verified')];
    const turn = { 'x-turn-id': newId() };
    const close = ({ atpId }: { atpId: string }) => world.service.call('pm-1', 'atp_close', { atpId }, turn);
    world.proxy.disturb = overtakenBy(() => close(one), told);
    expect(await close(other)).toMatchObject({ status: 409, body: { code: 'MESSAGE_BOUNDARY' } });
    expect(await world.eventsOf(other.atpId, 'close')).toEqual([]);
  });
});

describe('given two creations of one id', () => {
  it('when the later one is told of conflicts alone at first, then it learns that the id is taken', async () => {
    const atpId = newId();
    const start = () => world.service.call('pm-1', 'atp_set', { atpId, status: 'InProgress' });
    world.proxy.disturb = overtakenBy(
      () => world.service.done('pm-2', 'atp_set', { atpId, status: 'InProgress' }),
      nothingTold,
    );
    expect(await start()).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
    expect(await world.eventsOf(atpId, 'start')).toHaveLength(1);
  });
});

describe('given a timer that fires while its directive is acknowledged', () => {
  it.each([
    ['every failed condition and conflicts for all else', [conflictBeside]],
    ['conflicts alone five times', [nothingTold, nothingTold, nothingTold, nothingTold, nothingTold]],
  ])('when it is told %s, then it does nothing', async (_, told) => {
    const { atpId, other } = await directed();
    const timer = await timerOf(world.service, atpId, 'acknowledgement@dev');
    world.proxy.disturb = overtakenBy(other, ...told);
    expect(await fireTimer(tableAt(world.proxy.url, world.service.table.name), timer)).toBe('nothing');
    expect(await world.eventsOf(atpId, 'escalate')).toEqual([]);
  });
});

describe('given the first directive of an emergency', () => {
  it('when another emergency is just writing the item of them all, then it is sent once and named all the same', async () => {
    const atpId = await world.given.emergency();
    // the item of open emergencies comes last
    world.proxy.disturb = inTurn(
      write,
      cancelled((at, writes) => (at === writes - 1 ? 'TransactionConflict' : 'None')),
    );
    await world.service.done('pm-1', 'message_send', letter(atpId, 'EmergencyDirective', '@dev'));
    expect(await world.eventsOf(atpId, 'direct')).toHaveLength(1);
    const hotfix = await world.given.started();
    const { message } = await world.service.done('pm-1', 'message_send', letter(hotfix, 'Directive', '@dev'));
    expect(message.waitsFor).toEqual([atpId]);
  });
});
