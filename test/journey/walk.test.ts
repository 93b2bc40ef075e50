import { beforeAll, describe, expect, it } from 'vitest';
import { type ToolName, toolNames } from '../../lib/model.ts';
import { type Code, httpStatus } from '../../lib/refusal.ts';
import { type Answer, type Body, Given, Service } from '../support/service.ts';
import { asides, type Call, type CallName, callNames, calls, reads, toolsWalked } from './walk/calls.ts';
import { freshMarkers, itemsOf } from './walk/evidence.ts';
import { expected } from './walk/expected.ts';
import { type Caller, callers } from './walk/rows.ts';
import { reach, type State, type StateName, stateNames } from './walk/states.ts';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const isAbout = (atpId: string, { input }: Body): boolean =>
  [input.atpId, input.sourceAtpId].includes(atpId) || input.messageId?.startsWith(`msg_${atpId}_`);

const offers = (next: Body[] = [], atpId: string): string[] =>
  next.filter((call) => isAbout(atpId, call)).map(({ tool, role }) => `${tool} ${role}`);

/** What a call of `next` needs beside the arguments that it brings. */
const lacking: Partial<Record<ToolName, Record<string, unknown>>> = {
  message_send: { subject: 'On the checkout', body: 'What there is to say.' },
  handoff: { completed: ['Rolled back'], evidence: ['Tests pass'] },
  artifact_create: { title: 'Verified', content: 'It holds.' },
  atp_create: { title: 'Review' },
  atp_change_status: { notes: 'Because it has to be.' },
  checklist_update: { state: 'not-applicable', note: 'Known.' },
};

/** Refusals that rest on the state of an ATP say what is permitted in it; those of the input or the caller need not. */
const saysNext = (code: Code, name: CallName): boolean =>
  !['INVALID_INPUT', 'SELF_MESSAGE', 'NOT_FOUND'].includes(code) && calls[name].tool !== 'atp_create';

const refused = (state: State, name: CallName, code: Code, { status: http, body }: Answer): void => {
  const { next, status } = expected[state.name];
  expect.soft(body.code ?? 'accepted', name).toBe(code);
  expect.soft(http, name).toBe(httpStatus[code]);
  if (!saysNext(code, name)) return;
  expect.soft(offers(body.next, state.atpId), `next of ${name}`).toEqual(next);
  if (status) expect.soft(body.current, `current of ${name}`).toMatchObject({ status });
};

const accepted = async (state: State, who: Caller, name: CallName): Promise<void> => {
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
const refusals = async (state: State, who: Caller): Promise<void> => {
  const made = callNames.flatMap((name) => {
    const code = expected[state.name].rows[name][who];
    const { tool, input }: Call = calls[name];
    return code === 'accepted' ? [] : [{ name, code, tool, input: input(state) }];
  });
  const atpIds = [...state.atpIds, ...made.flatMap(({ input }) => input.atpId ?? [])];
  const markers = freshMarkers();
  const before = await itemsOf(service, atpIds);
  const answered = await Promise.all(
    made.map(async (call) => ({ ...call, answer: await service.call(who, call.tool, call.input, markers.headers) })),
  );
  expect.soft(await itemsOf(service, atpIds), 'refusals write nothing').toEqual(before);
  expect.soft(await markers.left(service, who), 'refusals leave no marker').toEqual([]);
  for (const { name, code, answer } of answered) refused(state, name, code, answer);
};

it('given the tools, then every one of them is walked', () => {
  expect(new Set(toolsWalked)).toEqual(new Set(toolNames));
});

describe.each(stateNames)('given %s', (name: StateName) => {
  let shared: State;
  beforeAll(async () => {
    shared = await reach(service, given, name);
  });

  it('when it is read, then next lists what the contract permits, most useful first', async () => {
    const { status, next } = expected[name];
    if (!status) return;
    const found = await service.done('qa-1', 'atp_get', { atpId: shared.atpId });
    expect(found.atp.status).toBe(status);
    expect(offers(found.next, shared.atpId)).toEqual(next);
  });

  it('when each call that next lists is made by its role, then it is accepted', async () => {
    for (const position of expected[name].next.keys()) {
      const { atpId } = await reach(service, given, name);
      const found = await service.call('pm-1', 'atp_get', { atpId });
      const call = found.body.next?.[position];
      if (!call) continue;
      const input = { ...call.input, ...(lacking[call.tool as ToolName] ?? {}) };
      const answer = await service.call(`${call.role.slice(1)}-1`, call.tool, input);
      expect.soft(answer.body.code ?? 'accepted', `${call.tool} ${call.role}`).toBe('accepted');
    }
  });

  it.each(callers)(
    'when %s makes every call that is not theirs now, then each is refused and nothing is written',
    (who) => refusals(shared, who),
  );

  it.each(callers)('when %s makes a call that is theirs now, then it is accepted', async (who) => {
    const theirs = callNames.filter((call) => expected[name].rows[call][who] === 'accepted');
    const moves = (call: CallName) => !asides.includes(call) || name === 'a closed hotfix that owes';
    for (const call of theirs.filter((each) => !moves(each))) await accepted(shared, who, call);
    const own = async (call: CallName) => (reads.includes(call) ? shared : reach(service, given, name));
    await Promise.all(theirs.filter(moves).map(async (call) => accepted(await own(call), who, call)));
  });
});
