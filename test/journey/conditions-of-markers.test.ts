import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letter, Overtaken } from '../support/overtaken.ts';
import { type Answer, newId } from '../support/service.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

describe('given a turn that is open when it is read', () => {
  const turn = { 'x-turn-id': 'turn-1' };
  it('when it ends between read and write, then the call is refused and writes nothing', async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const other = await world.states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    const close = () => world.service.done('pm-1', 'atp_close', { atpId: other.atpId }, headers);
    const answer = await world.raced(close, 'pm-1', 'message_send', letter(atpId, 'Directive', '@qa'), headers);
    expect(answer).toMatchObject({ status: 409, body: { code: 'MESSAGE_BOUNDARY' }, writes: 1 });
    expect(answer.body.current.closedInTurn).toBe(other.atpId);
  });

  it("when another credential's turn of the same name ends, then the call goes through at once", async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const other = await world.states.copy('verified');
    const close = () => world.service.done('pm-2', 'atp_close', { atpId: other.atpId }, turn);
    const answer = await world.raced(close, 'pm-1', 'message_send', letter(atpId, 'Directive', '@qa'), turn);
    expect(answer).toMatchObject({ status: 200, writes: 1 });
  });

  it('when it closes what this call would notify of, then the obligation is met all the same', async () => {
    const { atpId } = await world.states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    const close = () => world.service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, headers);
    const answer = await world.raced(
      close,
      'pm-1',
      'message_send',
      letter(atpId, 'HITLNotification', '@operator'),
      headers,
    );
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    expect(answer.body.atp.obligations[0]).toMatchObject({ kind: 'hitlNotification', state: 'met' });
  });

  it('when the obligation is met in between within a turn that has ended, then the second notification is refused', async () => {
    const { atpId } = await world.states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    await world.service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, headers);
    const notice = letter(atpId, 'HITLNotification', '@operator');
    const answer = await world.raced(
      () => world.service.done('pm-2', 'message_send', notice),
      'pm-1',
      'message_send',
      notice,
      headers,
    );
    expect(answer).toMatchObject({ status: 409, body: { code: 'MESSAGE_BOUNDARY' }, writes: 1 });
  });
});

describe('given an idempotency key that is free when it is read', () => {
  it('when the same request takes it between read and write, then both get one answer of one effect', async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const headers = { 'idempotency-key': newId() };
    const update = letter(atpId, 'Blocker', '@pm');
    const first: Answer[] = [];
    const happen = async () => first.push(await world.service.call('dev-1', 'message_send', update, headers));
    const answer = await world.raced(happen, 'dev-1', 'message_send', update, headers);
    expect(answer).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, writes: 1 });
    expect(answer.body).toEqual(first[0]?.body);
    expect(await world.eventsOf(atpId, 'message')).toHaveLength(1);
  });

  it('when another request takes it between read and write, then the later one is refused', async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const headers = { 'idempotency-key': newId() };
    const happen = () => world.service.done('dev-1', 'message_send', letter(atpId, 'Blocker', '@pm'), headers);
    const answer = await world.raced(happen, 'dev-1', 'message_send', letter(atpId, 'Update', '@pm'), headers);
    expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' }, writes: 1 });
    expect(await world.eventsOf(atpId, 'message')).toHaveLength(1);
  });
});
