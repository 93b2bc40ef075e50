import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageParts } from '../../lib/ids.ts';
import type { ToolName } from '../../lib/model.ts';
import { keys } from '../../lib/store/keys.ts';
import { before } from '../support/disturbances.ts';
import { EngineProxy } from '../support/engine-proxy.ts';
import { type Answer, type CallHeaders, Given, newId, Service } from '../support/service.ts';
import { States } from '../support/states.ts';

let service: Service;
let proxy: EngineProxy;
let states: States;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  proxy = await EngineProxy.interpose();
  states = new States(service);
  given = new Given(service);
});
beforeEach(() => proxy.forget());
afterAll(() => proxy.stop());

type Call = [who: string, tool: ToolName, body: object, headers?: CallHeaders];

/** The call, while something happens between its read and its write; how often it tried to write. */
const raced = async (happen: () => Promise<unknown>, ...call: Call): Promise<Answer & { writes: number }> => {
  proxy.forget();
  let inside = 0;
  proxy.disturb = before('TransactWriteItems', async () => {
    const earlier = proxy.count('TransactWriteItems');
    await happen();
    inside = proxy.count('TransactWriteItems') - earlier;
  });
  const answer = await service.call(...call);
  return { ...answer, writes: proxy.count('TransactWriteItems') - inside };
};
const eventsOf = async (atpId: string, action: string) =>
  (await service.items(atpId)).filter((item) => item.action === action);
const letter = (atpId: string, messageType: string, toAgent: string) => ({
  atpId,
  messageType,
  toAgent,
  subject: messageType,
  body: 'It answers 500.',
});
const keyOf = (messageId: string) => {
  const parts = messageParts(messageId);
  if (!parts) throw new Error(`${messageId} is no message id`);
  return keys.message(parts);
};

describe('given a message that waits for a receipt', () => {
  let messageId: string;
  let atpId: string;
  beforeEach(async () => {
    atpId = await given.started();
    messageId = await given.directive(atpId, '@qa');
  });
  const byOther = { role: '@qa', name: 'qa-2' };

  it('when another principal acknowledges it between read and write, then the later one is told so', async () => {
    const happen = async () => {
      await states.change(keyOf(messageId), 'acknowledgedAt', '2026-01-01T00:00:00.000Z');
      await states.change(keyOf(messageId), 'acknowledgedBy', byOther);
    };
    const answer = await raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_ACKNOWLEDGED' }, writes: 1 });
    expect(await eventsOf(atpId, 'acknowledge')).toEqual([]);
  });

  it('when the same principal acknowledges it between read and write, then both get the same answer', async () => {
    const first: Answer[] = [];
    const happen = async () => first.push(await service.call('qa-1', 'message_ack', { messageId }));
    const answer = await raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 200, writes: 1 });
    expect(answer.body.message).toEqual(first[0]?.body.message);
    expect(await eventsOf(atpId, 'acknowledge')).toHaveLength(1);
  });

  it('when a newer directive supersedes it between read and write, then the newer one is named', async () => {
    let newer = '';
    const happen = async () => {
      newer = await given.directive(atpId, '@qa');
    };
    const answer = await raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' }, writes: 1 });
    expect(answer.body.detail).toContain(newer);
  });
});

describe('given a directive to @dev that waits, and a table changed by hand', () => {
  it.each([
    ['acknowledgedBy', { role: '@dev', name: 'dev-2' }, 'ALREADY_ACKNOWLEDGED'],
    ['supersededAt', '2026-01-01T00:00:00.000Z', 'INVALID_TRANSITION'],
  ])(
    'when only its %s changes between read and write, then the call ends in a refusal, not in a circle',
    async (attribute, to, code) => {
      const { messageId } = await given.directed();
      const happen = async () => {
        if (attribute === 'acknowledgedBy')
          await states.change(keyOf(messageId), 'acknowledgedAt', '2026-01-01T00:00:00.000Z');
        await states.change(keyOf(messageId), attribute, to);
      };
      const answer = await raced(happen, 'dev-1', 'message_ack', { messageId });
      expect(answer).toMatchObject({ status: 409, body: { code }, writes: 1 });
    },
  );
});

describe('given an id that is free when it is read', () => {
  it.each([
    ['atp_set', { status: 'InProgress' }],
    ['atp_create', { title: 'Look at the locks', type: 'review' }],
  ] as const)('when another call takes it before %s writes, then that one is told it exists', async (tool, body) => {
    const atpId = newId();
    const answer = await raced(() => given.started(atpId), 'pm-1', tool, { atpId, ...body });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' }, writes: 1 });
    expect(await service.items(atpId)).toHaveLength(2);
  });

  it('when a review takes it before atp_set writes InProgress, then atp_set begins that review', async () => {
    const atpId = newId();
    const create = () => service.done('pm-2', 'atp_create', { atpId, title: 'Review', type: 'review' });
    const answer = await raced(create, 'pm-1', 'atp_set', { atpId, status: 'InProgress' });
    expect(answer).toMatchObject({ status: 200, body: { atp: { type: 'review', status: 'InProgress' } }, writes: 2 });
  });

  it('when another call takes the id of the review before atp_close writes, then nothing is closed', async () => {
    const { atpId } = await states.copy('verified');
    const reviewId = newId();
    const closing = { atpId, followUp: { atpId: reviewId } };
    const answer = await raced(() => given.started(reviewId), 'pm-1', 'atp_close', closing);
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' }, writes: 1 });
    expect((await service.done('pm-1', 'atp_get', { atpId })).atp.status).toBe('Complete');
  });
});

describe('given an ATP that another is to depend on', () => {
  it('when it is closed between read and write, then the other is created with nothing to wait for', async () => {
    const atpId = await given.started();
    const reject = () => service.done('pm-2', 'atp_set', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    const creation = { title: 'Review', type: 'review', dependencies: [atpId] };
    const answer = await raced(reject, 'pm-1', 'atp_create', creation);
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    const [created] = await service.items(answer.body.atp.atpId);
    expect(created).toMatchObject({ openDependencies: {}, dependencies: [atpId] });
  });
});

/** Steps that look at nothing but whether the ATP is open. */
const plain = [
  ['pm-1', 'atp_set', (atpId: string) => ({ atpId, title: 'Payments answer 500' })],
  ['qa-1', 'message_send', (atpId: string) => letter(atpId, 'Update', '@pm')],
  ['sre-1', 'message_send', (atpId: string) => letter(atpId, 'Escalation', '@operator')],
  ['sre-1', 'artifact_create', (atpId: string) => ({ atpId, artifactType: 'Other', title: 'Log', content: 'x' })],
] as const;

describe.each(plain)('given %s about to call %s on what is in progress', (who, tool, body) => {
  it('when it is completed in between, then the call has its effect on what is complete', async () => {
    const { atpId } = await states.copy('acknowledged');
    const complete = () => service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    const answer = await raced(complete, who, tool, body(atpId));
    expect(answer).toMatchObject({ status: 200, body: { atp: { status: 'Complete' } }, writes: 2 });
  });

  it('when it is rejected in between, then the call is refused and writes nothing', async () => {
    const { atpId } = await states.copy('acknowledged');
    const reject = () => service.done('pm-2', 'atp_set', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    const answer = await raced(reject, who, tool, body(atpId));
    expect(answer).toMatchObject({ status: 409, body: { code: 'ATP_CLOSED' }, writes: 1 });
    const { timeline } = await service.done(who, 'atp_get', { atpId });
    expect(timeline.at(-1)).toMatchObject({ action: 'reject' });
  });

  it('when what nobody weighs is changed in between, then the call is committed at once', async () => {
    const { atpId } = await states.copy('acknowledged');
    const answer = await raced(() => states.change(keys.atp(atpId), 'notes', 'Seen.'), who, tool, body(atpId));
    expect(answer).toMatchObject({ status: 200, writes: 1 });
  });
});

describe('given a turn that is open when it is read', () => {
  const turn = { 'x-turn-id': 'turn-1' };
  it('when it ends between read and write, then the call is refused and writes nothing', async () => {
    const { atpId } = await states.copy('acknowledged');
    const other = await states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    const close = () => service.done('pm-1', 'atp_close', { atpId: other.atpId }, headers);
    const answer = await raced(close, 'pm-1', 'message_send', letter(atpId, 'Directive', '@qa'), headers);
    expect(answer).toMatchObject({ status: 409, body: { code: 'MESSAGE_BOUNDARY' }, writes: 1 });
    expect(answer.body.current.closedInTurn).toBe(other.atpId);
  });

  it("when another credential's turn of the same name ends, then the call goes through at once", async () => {
    const { atpId } = await states.copy('acknowledged');
    const other = await states.copy('verified');
    const close = () => service.done('pm-2', 'atp_close', { atpId: other.atpId }, turn);
    const answer = await raced(close, 'pm-1', 'message_send', letter(atpId, 'Directive', '@qa'), turn);
    expect(answer).toMatchObject({ status: 200, writes: 1 });
  });

  it('when it closes what this call would notify of, then the obligation is met all the same', async () => {
    const { atpId } = await states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    const close = () => service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, headers);
    const answer = await raced(close, 'pm-1', 'message_send', letter(atpId, 'HITLNotification', '@operator'), headers);
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    expect(answer.body.atp.obligations[0]).toMatchObject({ kind: 'hitlNotification', state: 'met' });
  });

  it('when the obligation is met in between within a turn that has ended, then the second notification is refused', async () => {
    const { atpId } = await states.copy('verified');
    const headers = { 'x-turn-id': newId() };
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, headers);
    const notice = letter(atpId, 'HITLNotification', '@operator');
    const answer = await raced(
      () => service.done('pm-2', 'message_send', notice),
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
    const { atpId } = await states.copy('acknowledged');
    const headers = { 'idempotency-key': newId() };
    const update = letter(atpId, 'Blocker', '@pm');
    const first: Answer[] = [];
    const happen = async () => first.push(await service.call('dev-1', 'message_send', update, headers));
    const answer = await raced(happen, 'dev-1', 'message_send', update, headers);
    expect(answer).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, writes: 1 });
    expect(answer.body).toEqual(first[0]?.body);
    expect(await eventsOf(atpId, 'message')).toHaveLength(1);
  });

  it('when another request takes it between read and write, then the later one is refused', async () => {
    const { atpId } = await states.copy('acknowledged');
    const headers = { 'idempotency-key': newId() };
    const happen = () => service.done('dev-1', 'message_send', letter(atpId, 'Blocker', '@pm'), headers);
    const answer = await raced(happen, 'dev-1', 'message_send', letter(atpId, 'Update', '@pm'), headers);
    expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' }, writes: 1 });
    expect(await eventsOf(atpId, 'message')).toHaveLength(1);
  });
});
