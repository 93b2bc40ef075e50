import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../lib/store/keys.ts';
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
