import { beforeAll, describe, expect, it } from 'vitest';
import { type AtpType, toolNames } from '../../../lib/model.ts';
import { type Code, httpStatus } from '../../../lib/refusal.ts';
import { type Answer, type Body, Given, Service } from '../../support/service.ts';
import {
  asides,
  type Call,
  type CallName,
  callNames,
  calls,
  reads,
  type State,
  stateless,
  toolsWalked,
} from './calls.ts';
import { freshMarkers, itemsOf } from './evidence.ts';
import { copyState, stateOf, type World } from './reach.ts';
import { type Caller, callers, type StateSpec, type Walk } from './rows.ts';

const isAbout = (atpId: string, { input }: Body): boolean =>
  [input.atpId, input.sourceAtpId].includes(atpId) || input.messageId?.startsWith(`msg_${atpId}_`);

/** The arguments by which one call of `next` differs from another of the same tool and role. */
const telling = ['messageType', 'artifactType', 'verdict', 'status', 'type', 'qa', 'item'];

const offers = (next: Body[] = [], atpId: string): string[] =>
  next
    .filter((call) => isAbout(atpId, call))
    .map(({ tool, role, input }) => [tool, role, ...telling.flatMap((name) => input[name] ?? [])].join(' '));

/** What the caller writes where `next` says that a call needs it. */
const words: Record<string, unknown> = {
  subject: 'On the checkout',
  body: 'What there is to say.',
  completed: ['Rolled back'],
  evidence: ['Tests pass'],
  title: 'Looked at',
  content: 'It holds.',
  regressionTest: 'test/totals.test.ts',
  notes: 'Because it has to be.',
  state: 'not-applicable',
  note: 'It does not apply.',
};
const written = ({ needs = [] }: Body): Body => Object.fromEntries(needs.map((field: string) => [field, words[field]]));

/** A principal of the role that `next` names; what `dev-1` has made, another @dev reviews. */
const offeredTo = ({ role, input }: Body): string =>
  role === '@dev' && input.artifactType === 'Other' ? 'dev-2' : `${role.slice(1)}-1`;

/** Refusals that rest on the state of an ATP say what is permitted in it; those of the input or the caller need not. */
const saysNext = (code: Code, name: CallName): boolean =>
  !['INVALID_INPUT', 'NOT_A_HOTFIX', 'SELF_MESSAGE', 'NOT_FOUND'].includes(code) && calls[name].tool !== 'atp_create';

const callsIn = ({ status }: StateSpec): CallName[] =>
  status ? callNames.filter((name) => !stateless.includes(name)) : callNames;

const refused = ({ next, status }: StateSpec, { atpId }: State, name: CallName, code: Code, answer: Answer): void => {
  const { status: http, body } = answer;
  expect.soft(body.code ?? 'accepted', name).toBe(code);
  expect.soft(http, name).toBe(httpStatus[code]);
  if (!saysNext(code, name)) return;
  expect.soft(offers(body.next, atpId), `next of ${name}`).toEqual(next);
  if (status) expect.soft(body.current, `current of ${name}`).toMatchObject({ status });
};

const accepted = async ({ service }: World, state: State, who: Caller, name: CallName): Promise<void> => {
  const { tool, input } = calls[name];
  const answer = await service.call(who, tool, input(state));
  expect.soft(answer.body.code ?? 'accepted', name).toBe('accepted');
  if (answer.status !== 200 || reads.includes(name)) return;
  const { atp, timeline, next } = await service.done('pm-1', 'atp_get', { atpId: answer.body.atp.atpId });
  expect.soft(answer.body.atp, `${name} answers the ATP as it is`).toEqual(atp);
  expect.soft(answer.body.next, `${name} answers what is permitted then`).toEqual(expect.arrayContaining(next));
  expect
    .soft(
      timeline.map(({ principal }: Body) => principal),
      `${name} stands in the timeline`,
    )
    .toContain(who);
};

/** All refusals of one caller, at once, between two looks at the table. */
const refusals = async ({ service }: World, spec: StateSpec, state: State, who: Caller): Promise<void> => {
  const made = callsIn(spec).flatMap((name) => {
    const code = spec.rows[name][who];
    const { tool, input }: Call = calls[name];
    return code === 'accepted' ? [] : [{ name, code, tool, input: input(state) }];
  });
  const named = made.flatMap(({ input }) => input.atpId ?? []);
  const markers = freshMarkers();
  const before = await itemsOf(service, state.atpIds, named);
  const answered = await Promise.all(
    made.map(async (call) => ({ ...call, answer: await service.call(who, call.tool, call.input, markers.headers) })),
  );
  expect.soft(await itemsOf(service, state.atpIds, named), 'refusals write nothing').toEqual(before);
  expect.soft(await markers.left(service, who), 'refusals leave no marker').toEqual([]);
  for (const { name, code, answer } of answered) refused(spec, state, name, code, answer);
};

/** Every call by every caller in every state of a flow: accepted exactly where its table says, else without a trace. */
export const walk = (type: AtpType, states: Walk): void => {
  let world: World;
  beforeAll(async () => {
    const service = await Service.start();
    world = { service, given: new Given(service) };
  });

  it('given the tools, then every one of them is walked', () => {
    expect(new Set(toolsWalked)).toEqual(new Set(toolNames));
  });

  it('given the statuses of the flow, then every one of them is walked', async () => {
    const { transitions } = await world.service.done('qa-1', 'flow_get', { type });
    const walked = Object.values(states).flatMap(({ status }) => status ?? []);
    expect(new Set(walked)).toEqual(new Set(transitions.map(({ to }: Body) => to)));
  });

  describe.each(Object.entries(states))('given %s', (_, spec) => {
    /** Refusals and reads leave it as it is; every other call has a copy of its own. */
    let shared: State;
    let items: string;
    beforeAll(async () => {
      const atpId = await spec.reach(world);
      shared = await stateOf(world, atpId, spec.status !== undefined);
      items = JSON.stringify(await world.service.items(atpId));
    });
    const own = () => copyState(world, shared, items);

    it('when it is read, then next lists what the contract permits, most useful first', async () => {
      if (!spec.status) return;
      const found = await world.service.done('qa-1', 'atp_get', { atpId: shared.atpId });
      expect(found.atp.status).toBe(spec.status);
      expect(offers(found.next, shared.atpId)).toEqual(spec.next);
    });

    it('when each call that next lists is made by its role, then it is accepted', async () => {
      for (const [position, offer] of spec.next.entries()) {
        const { atpId } = await own();
        const { body } = await world.service.call('pm-1', 'atp_get', { atpId });
        const call = body.next?.[position];
        if (!call) continue;
        const answer = await world.service.call(offeredTo(call), call.tool, { ...call.input, ...written(call) });
        expect.soft(answer.body.code ?? 'accepted', offer).toBe('accepted');
      }
    });

    it.each(callers)(
      'when %s makes every call that is not theirs now, then each is refused and nothing is written',
      (who) => refusals(world, spec, shared, who),
    );

    it.each(callers)('when %s makes a call that is theirs now, then it is accepted', async (who) => {
      const theirs = callsIn(spec).filter((call) => spec.rows[call][who] === 'accepted');
      const beside = theirs.filter((call) => asides.includes(call));
      const aside = beside.length > 0 ? await own() : shared;
      for (const call of beside) await accepted(world, aside, who, call);
      await Promise.all(
        theirs
          .filter((call) => !asides.includes(call))
          .map(async (call) => accepted(world, reads.includes(call) ? shared : await own(), who, call)),
      );
    });
  });
};
