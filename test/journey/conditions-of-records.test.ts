import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Atp } from '../../lib/model.ts';
import { keys } from '../../lib/store/keys.ts';
import { conditioned } from '../support/conditioned.ts';
import type { StateName } from '../support/makers.ts';
import { letter, Overtaken } from '../support/overtaken.ts';
import { newId } from '../support/service.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

describe('given an id that is free when it is read', () => {
  it.each([
    ['atp_set', { status: 'InProgress' }],
    ['atp_create', { title: 'Look at the locks', type: 'review' }],
  ] as const)('when another call takes it before %s writes, then that one is told it exists', async (tool, body) => {
    const atpId = newId();
    const answer = await world.raced(() => world.given.started(atpId), 'pm-1', tool, { atpId, ...body });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' }, writes: 1 });
    expect(await world.service.items(atpId)).toHaveLength(2);
  });

  it('when a review takes it before atp_set writes InProgress, then atp_set begins that review', async () => {
    const atpId = newId();
    const create = () => world.service.done('pm-2', 'atp_create', { atpId, title: 'Review', type: 'review' });
    const answer = await world.raced(create, 'pm-1', 'atp_set', { atpId, status: 'InProgress' });
    expect(answer).toMatchObject({ status: 200, body: { atp: { type: 'review', status: 'InProgress' } }, writes: 2 });
  });

  it('when another call takes the id of the review before atp_close writes, then nothing is closed', async () => {
    const { atpId } = await world.states.copy('verified');
    const reviewId = newId();
    const closing = { atpId, followUp: { atpId: reviewId } };
    const answer = await world.raced(() => world.given.started(reviewId), 'pm-1', 'atp_close', closing);
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' }, writes: 1 });
    expect((await world.service.done('pm-1', 'atp_get', { atpId })).atp.status).toBe('Complete');
  });
});

describe('given an ATP that another is to depend on', () => {
  it('when it is closed between read and write, then the other is created with nothing to wait for', async () => {
    const atpId = await world.given.started();
    const reject = () => world.service.done('pm-2', 'atp_set', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    const creation = { title: 'Review', type: 'review', dependencies: [atpId] };
    const answer = await world.raced(reject, 'pm-1', 'atp_create', creation);
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    const [created] = await world.service.items(answer.body.atp.atpId);
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
    const { atpId } = await world.states.copy('acknowledged');
    const complete = () => world.service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    const answer = await world.raced(complete, who, tool, body(atpId));
    expect(answer).toMatchObject({ status: 200, body: { atp: { status: 'Complete' } }, writes: 2 });
  });

  it('when it is rejected in between, then the call is refused and writes nothing', async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const reject = () => world.service.done('pm-2', 'atp_set', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    const answer = await world.raced(reject, who, tool, body(atpId));
    expect(answer).toMatchObject({ status: 409, body: { code: 'ATP_CLOSED' }, writes: 1 });
    const { timeline } = await world.service.done(who, 'atp_get', { atpId });
    expect(timeline.at(-1)).toMatchObject({ action: 'reject' });
  });

  it('when what nobody weighs is changed in between, then the call is committed at once', async () => {
    const { atpId } = await world.states.copy('acknowledged');
    const answer = await world.raced(
      () => world.states.change(keys.atp(atpId), 'notes', 'Seen.'),
      who,
      tool,
      body(atpId),
    );
    expect(answer).toMatchObject({ status: 200, writes: 1 });
  });
});

/** The attributes of the ATP that the write of a message on it rests on. */
const restsOn = async (state: StateName, who: string, messageType: string, toAgent: string) => {
  const { atpId } = await world.states.copy(state);
  world.proxy.forget();
  await world.service.done(who, 'message_send', letter(atpId, messageType, toAgent));
  const write = world.proxy.requests.find(({ operation }) => operation === 'TransactWriteItems');
  const names = conditioned(write ?? expect.fail('no write'), keys.atp(atpId));
  return names.filter((name) => !['type', 'status', 'updatedAt'].includes(name)).sort();
};

describe('given messages that are no step of a flow', () => {
  const owned = ['owner', 'ownerSeenAt', 'reworkedAt'];
  it.each([
    ['acknowledged', 'dev-1', 'Update', '@pm', owned],
    ['completed', 'dev-1', 'Update', '@pm', ['owner']],
    ['bugfix taken', 'dev-1', 'Update', '@pm', ['owner']],
    ['acknowledged', 'dev-2', 'Update', '@pm', []],
    ['acknowledged', 'pm-1', 'Directive', '@qa', ['directives', 'reworkedAt']],
    ['bugfix taken', 'pm-1', 'Directive', '@qa', ['directives']],
    ['verified', 'pm-1', 'HITLNotification', '@operator', []],
  ] as const)(
    'when one is sent on an ATP %s, by %s, then its write rests on what its deadlines look at',
    async (state, who, messageType, toAgent, attributes) => {
      expect(await restsOn(state, who, messageType, toAgent)).toEqual(attributes);
    },
  );

  it('when a newer directive takes the work from its owner in between, then what they say is no sign of life', async () => {
    const before = await world.states.copy('completed');
    const { atpId } = before;
    const direct = () => world.given.directive(atpId);
    const answer = await world.raced(direct, 'dev-1', 'message_send', letter(atpId, 'Update', '@pm'));
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    const after = (await world.service.items(atpId)).find(({ sk }) => sk === keys.atp(atpId).sk) as unknown as Atp;
    expect(after.owner).toBeUndefined();
    expect(after.ownerSeenAt).toBe(before.ownerSeenAt);
  });

  it('when the owner says something while the fix is sent back, then it waits for them from then on', async () => {
    const { atpId } = await world.states.copy('completed');
    const rework = () =>
      world.service.done('pm-2', 'atp_set', { atpId, status: 'InProgress', notes: 'It still answers 500.' });
    const answer = await world.raced(rework, 'dev-1', 'message_send', letter(atpId, 'Update', '@pm'));
    expect(answer).toMatchObject({ status: 200, writes: 2 });
    const after = (await world.service.items(atpId)).find(({ sk }) => sk === keys.atp(atpId).sk) as unknown as Atp;
    expect(after.deadlines.fix?.waitsFor).toBe(`hotfix dev-1 ${after.ownerSeenAt}`);
  });
});
