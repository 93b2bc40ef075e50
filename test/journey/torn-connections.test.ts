import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Atp, ToolName } from '../../lib/model.ts';
import { inTurn, refused, torn, upon } from '../support/disturbances.ts';
import type { EngineRequest } from '../support/engine-proxy.ts';
import type { StateName } from '../support/makers.ts';
import { letter, Overtaken } from '../support/overtaken.ts';
import { quietly } from '../support/quietly.ts';
import { newId } from '../support/service.ts';

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
const report = { artifactType: 'PMVerificationReport', title: 'Held', content: 'All three gates hold.' };

/** Calls whose effect must be one, with what they add to the ATP's partition. */
const calls: [tool: ToolName, who: string, state: StateName, body: (atp: Atp) => object, added: string[]][] = [
  ['atp_set', 'dev-1', 'acknowledged', ({ atpId }) => ({ atpId, status: 'Complete' }), ['EVENT']],
  ['atp_change_status', 'pm-1', 'verified', ({ atpId }) => ({ atpId, status: 'Closed' }), ['EVENT']],
  ['atp_close', 'pm-1', 'verified', ({ atpId }) => ({ atpId }), ['EVENT', 'MESSAGE']],
  [
    'handoff',
    'dev-1',
    'acknowledged',
    ({ atpId }) => ({ atpId, completed: ['a'], evidence: ['b'] }),
    ['EVENT', 'MESSAGE'],
  ],
  ['message_send', 'pm-1', 'started', ({ atpId }) => letter(atpId, 'Directive', '@dev'), ['EVENT', 'MESSAGE']],
  ['message_ack', 'dev-1', 'directed', ({ directives }) => ({ messageId: directives['@dev']?.messageId }), ['EVENT']],
  ['artifact_create', 'pm-1', 'completed', ({ atpId }) => ({ atpId, ...report }), ['ARTIFACT', 'EVENT']],
  [
    'checklist_update',
    'dev-1',
    'begunReview',
    ({ atpId }) => ({ atpId, item: 'root-cause', state: 'done', note: 'A lock.' }),
    ['EVENT'],
  ],
  ['atp_create', 'pm-1', 'owing', ({ atpId }) => ({ title: 'Review', type: 'review', sourceAtpId: atpId }), ['EVENT']],
];

const kindsOf = async (atpId: string) => (await world.service.items(atpId)).map(({ sk }) => sk.split('#')[0] ?? '');
const tokensOf = (requests: EngineRequest[]) =>
  new Set(requests.filter(({ operation }) => operation === write).map(({ input }) => input.ClientRequestToken));

describe.each(calls)('given %s by %s on an ATP %s, with an idempotency key', (tool, who, state, body, added) => {
  const call = async () => {
    const atp = await world.states.copy(state);
    const earlier = await kindsOf(atp.atpId);
    const headers = { 'idempotency-key': newId() };
    world.proxy.forget();
    const oneEffect = async () => expect((await kindsOf(atp.atpId)).sort()).toEqual([...earlier, ...added].sort());
    return { send: () => world.service.call(who, tool, body(atp), headers), oneEffect };
  };

  it('when the connection breaks once after the write was carried out, then it was repeated as the same write', async () => {
    const { send, oneEffect } = await call();
    world.proxy.disturb = upon(write, torn.after, 1);
    expect(await send()).toMatchObject({ status: 200 });
    expect(world.proxy.count(write)).toBe(2);
    expect(tokensOf(world.proxy.requests).size).toBe(1);
    await oneEffect();
  });

  it('when no answer of the write ever arrives, then a second call is told the answer of the one effect', async () => {
    const { send, oneEffect } = await call();
    world.proxy.disturb = upon(write, torn.after);
    expect(await quietly(send)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    world.proxy.forget();
    const second = await send();
    expect(second).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(world.proxy.operations).toEqual(['BatchGetItem']);
    expect(await send()).toEqual(second);
    await oneEffect();
  });

  it('when the write never arrived, then a second call has the effect', async () => {
    const { send, oneEffect } = await call();
    world.proxy.disturb = upon(write, torn.before);
    expect(await quietly(send)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    world.proxy.forget();
    const second = await send();
    expect(second.status).toBe(200);
    expect(second.headers).not.toHaveProperty('idempotent-replayed');
    await oneEffect();
  });

  it('when the repetition finds the first still in progress, then a later call is told the answer', async () => {
    const { send, oneEffect } = await call();
    const inProgress = refused('TransactionInProgressException');
    world.proxy.disturb = inTurn(write, torn.after, inProgress, inProgress);
    expect(await quietly(send)).toMatchObject({ status: 503 });
    world.proxy.forget();
    expect(await send()).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    await oneEffect();
  });
});
