import { ulidOf } from '../../ids.ts';
import {
  type Atp,
  type AtpType,
  type Episode,
  type EpisodeRef,
  isClosed,
  type Message,
  type Stage,
  type Status,
} from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { titleOf } from '../brief.ts';
import { type Call, iso } from '../call.ts';
import { entryOf, idsOf } from '../dependencies.ts';
import { Draft } from '../draft.ts';
import type { Effects, StepCall, Transition } from '../flow.ts';
import { flowOf } from '../flows.ts';
import { urgency, urgencyWaiting } from '../messages.ts';
import { type Door, permit } from '../permit.ts';
import { eventWrite } from '../records.ts';
import type { Attributes, Plan, Write } from '../write.ts';

/** The stage that follows from a status, unless the caller sets another; a closed ATP is always `done`. */
const stageOf: Record<Status, Stage> = {
  Queued: 'backlog',
  InProgress: 'implement',
  Blocked: 'hitl',
  Complete: 'review',
  Deployed: 'test',
  Deferred: 'backlog',
  Rejected: 'done',
  Closed: 'done',
};
export const stageFor = (status: Status, given?: Stage): Stage =>
  isClosed(status) ? 'done' : (given ?? stageOf[status]);

export type StepInput = Omit<StepCall, 'principal' | 'messageId'> & {
  stage?: Stage | undefined;
  evidence?: string[] | undefined;
};

/** Finds the row, weighs its guards, and drafts what the row does. The draft is not a plan yet: a tool may add to it. */
export const draftTransition = (
  atp: Atp,
  door: Door,
  input: StepInput,
  call: Call,
  messageId?: string,
): { draft: Draft; row: Transition; message: Message | undefined } => {
  refuseForeignGates(atp, input);
  const row = permit(atp, door, { ...input, messageId, principal: call.principal });
  const draft = Draft.of(atp, call).relyOn(...row.guards.flatMap(({ reads }) => reads));
  if (row.to !== row.from) draft.set({ status: row.to, stage: stageFor(row.to, input.stage) });
  draft.set({ evidence: input.evidence });
  if (row.to === 'Closed' && row.from !== 'Closed')
    draft.relyOn('reportGates').set({ gates: input.gates ?? atp.reportGates });
  applyEffects(draft, row.effects, call);
  if (isClosed(row.to) && row.from !== row.to) settle(draft, call);
  // atp_close tells the operator in the caller's own words.
  const tells = row.effects.tellsOperator && door.tool !== 'atp_close';
  return { draft, row, message: tells ? tellOperator(draft, row, input.notes, call) : undefined };
};

/** A transition by itself, as `atp_set` and `atp_change_status` make it. */
export const planTransition = (
  atp: Atp,
  door: Door,
  input: StepInput,
  call: Call,
  corrections: Attributes = {},
): Plan => {
  const { draft, row, message } = draftTransition(atp, door, input, call);
  draft.set(corrections);
  return draft.toPlan(
    { action: row.step, ...moved(row), ...notesOf(input, atp) },
    { message, ...(isClosed(row.to) && { endOfMessage: true }) },
  );
};

/** From where to where, as the timeline tells it; nothing of a step that leaves the status as it is. */
export const moved = ({ from, to }: Transition): { from?: Status; to?: Status } =>
  from === to ? {} : { ...(from && { from }), to };

/** What the timeline keeps of a step's text, the reason for a closure against a firing alert among it. */
export const notesOf = ({ notes, alertOverride }: StepInput, { alertFiring }: Atp): { notes?: string } => {
  const closed = alertFiring ? 'Closed while the alert still fires' : 'alertOverride, though no alert fires';
  const kept = [notes, alertOverride && `${closed}: ${alertOverride}`].filter(Boolean);
  return kept.length > 0 ? { notes: kept.join('\n') } : {};
};

export const applyEffects = (draft: Draft, effects: Effects, call: Call): void => {
  draft.remove(...(effects.forgets ?? []));
  for (const stamp of effects.stamps ?? []) draft.set({ [stamp]: iso(draft.at) });
  if (effects.takesOwnership) draft.set({ owner: call.principal });
  if (effects.becomes) become(draft, effects.becomes);
  for (const kind of effects.owes ?? []) {
    draft.set({ [kind]: { state: 'open', dueAt: iso(draft.at + call.timeouts.obligation * 1000) } });
  }
};

/** The ATP goes on in another flow; a directive that waits takes its place in the inbox anew. */
const become = (draft: Draft, type: AtpType): void => {
  const { defaultPriority, takesPrecedence } = flowOf({ type });
  draft.set({ type, priority: defaultPriority }).relyOn('directives');
  for (const { messageId, priority, open } of Object.values(draft.before.directives)) {
    if (!open) continue;
    draft.beside({
      label: `place of ${messageId}`,
      change: { kind: 'message', messageId },
      set: { urgency: urgencyWaiting(priority, ulidOf(messageId), takesPrecedence) },
      remove: [],
      expect: {},
    });
  }
};

/** A closed ATP leaves nothing waiting: its open directives leave the inboxes, its dependents are released. */
const settle = (draft: Draft, call: Call): void => {
  const { directives, dependents, alertFiring, page } = draft.before;
  draft.relyOn('directives', 'dependents');
  for (const [role, { messageId, priority, open }] of Object.entries(directives)) {
    if (!open) continue;
    draft.set({ [`directives/${role}/open`]: false });
    draft.beside(withdrawal(messageId, priority, draft.at));
  }
  // The next trigger of this alert opens another ATP, and finds so without reading this one.
  if (alertFiring && page)
    draft.relyOn('alertFiring').beside(episodeWrite(draft.before.atpId, page, { state: 'closed' }));
  for (const dependent of idsOf(dependents)) draft.beside(...release(dependent, draft, call));
};

/** A change of an episode that still belongs to this ATP. */
export const episodeWrite = (
  atpId: string,
  { integrationId, episode }: EpisodeRef,
  set: Partial<Episode>,
  expect: Partial<Episode> = {},
): Write => ({
  label: `episode of ${atpId}`,
  change: { kind: 'episode', integrationId, episode },
  set,
  remove: [],
  expect: { atpId, ...expect },
});

const release = (dependent: string, { before: { atpId }, at }: Draft, call: Call): Write[] => [
  {
    label: `release of ${dependent}`,
    change: { kind: 'atp', atpId: dependent },
    set: {},
    remove: [`openDependencies/${entryOf(atpId)}`],
    expect: {},
  },
  eventWrite(call, { atpId: dependent }, at, {
    action: 'release',
    notes: `${atpId}, on which this depends, is closed`,
  }),
];

/** Takes an unanswered directive out of the inbox. */
export const withdrawal = (messageId: string, priority: Atp['priority'], at: number) => ({
  label: `withdrawal of ${messageId}`,
  change: { kind: 'message' as const, messageId },
  set: { supersededAt: iso(at), urgency: urgency(priority, ulidOf(messageId)) },
  remove: [],
  expect: {},
});

/** The service's own notice of a step, for what the operator has to know without anybody telling them. */
export const tellOperator = (
  draft: Draft,
  row: Transition,
  notes: string | undefined,
  { principal }: Call,
): Message => {
  const { type, status, priority } = draft.after;
  const closed = isClosed(status);
  return draft.notify({
    toAgent: '@operator',
    messageType: 'HITLNotification',
    priority: closed ? 'P2-Normal' : priority,
    subject: titleOf(draft.before),
    body: [
      `${draft.before.atpId} ${happened(row, type)}, by ${principal.role} (${principal.name}).`,
      ...(notes ? [`Why: ${notes}`] : []),
      ...(closed && !row.effects.owes ? ['No review is owed.'] : []),
    ].join('\n\n'),
    requiresAck: false,
  });
};

const happened = ({ from, to, effects }: Transition, type: AtpType): string => {
  if (from === null) return `was started: ${type}, ${to}`;
  if (effects.becomes) return `was raised and is an ${type} now`;
  if (effects.takesOwnership) return 'was taken: the directive is acknowledged';
  return `went from ${from} to ${to}`;
};

/** The gates of another flow, or gates where the flow has none, are a fault of the input. */
export const refuseForeignGates = (atp: Atp, { gates }: { gates?: Record<string, boolean> | undefined }): void => {
  const { gates: names } = flowOf(atp);
  if (!gates || (names.length > 0 && names.every((name) => name in gates))) return;
  const message =
    names.length > 0
      ? `a ${atp.type} has the gates ${names.join(', ')}; give all as booleans`
      : `a ${atp.type} has no quality gates; leave gates out`;
  throw new Refusal('INVALID_INPUT', `${message}.`, { issues: [{ path: 'gates', message }] });
};
