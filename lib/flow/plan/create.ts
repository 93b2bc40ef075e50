import { type Atp, type AtpType, isClosed, type Priority, type QaSetting } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { clipped, titleOf } from '../brief.ts';
import { type Call, iso, timeAfter } from '../call.ts';
import { entryOf, setOf } from '../dependencies.ts';
import { Draft } from '../draft.ts';
import type { Flow, Transition } from '../flow.ts';
import { findFlow, flowOf, flows } from '../flows.ts';
import { refuse } from '../permit.ts';
import { isReviewable, sourceOf } from '../source.ts';
import { type Plan, type Snapshot, Unsettled, type Write } from '../write.ts';
import { newAtp } from './new-atp.ts';
import { stageFor } from './transition.ts';

export type CreateInput = {
  title?: string | undefined;
  type: AtpType;
  atpId?: string | undefined;
  notes?: string | undefined;
  sourceAtpId?: string | undefined;
  priority?: Priority | undefined;
  dependencies?: string[] | undefined;
} & Settings;

type Settings = { qa?: QaSetting | undefined; codeReview?: boolean | undefined };

/**
 * ATPs waiting for one other: its closure releases them all in its one transaction of 100 actions at most, two for
 * each. A link is conditioned on those there were, so that many made at once are no more either.
 */
const DEPENDENTS_LIMIT = 40;

/** `atp_create`: queues an ATP; a review of a closed incident meets what that incident still owes. */
export const planCreate = (input: CreateInput, snapshot: Snapshot, call: Call): Plan => {
  const source = sourceOf(input, snapshot);
  const dependencies = [...new Set(input.dependencies ?? [])].map((atpId) => dependencyOf(atpId, snapshot));
  if (input.type === 'review' && source?.followUpAtpId) return alreadyReviewed(source, snapshot, call);
  const taken = input.atpId && snapshot.atp(input.atpId);
  if (taken)
    throw refuse(
      'ALREADY_EXISTS',
      `${taken.atpId} exists already. Choose another atpId, or leave it out.`,
      taken,
      call.principal,
    );
  refuseUnqueued(input.type);
  refuseUnfitSource(input, source, call);
  refuseOtherRoles(input.type, call);

  const at = timeAfter(call, source, ...dependencies);
  const { atp, writes } = queue({ ...input, source, dependencies }, call, at);
  if (!source) return { writes, answer: { atp, created: true } };
  const edit = Draft.of(source, call, atp).relyOn('followUp', 'followUpAtpId');
  meetFollowUp(edit, atp, call);
  const sourcePlan = edit.toPlan({ action: 'followUp', notes: `Review ${atp.atpId}` });
  return { writes: [...sourcePlan.writes, ...writes], answer: { atp, created: true } };
};

const dependencyOf = (atpId: string, snapshot: Snapshot): Atp => {
  const atp = snapshot.atp(atpId);
  if (!atp) throw new Refusal('NOT_FOUND', `There is no ATP ${atpId} to depend on.`);
  if (isClosed(atp.status) || Object.keys(atp.dependents).length < DEPENDENTS_LIMIT) return atp;
  const message = `${DEPENDENTS_LIMIT} ATPs depend on ${atpId} already`;
  throw new Refusal('INVALID_INPUT', `${message}.`, { issues: [{ path: 'dependencies', message }] });
};

const alreadyReviewed = (source: Atp, snapshot: Snapshot, call: Call): Plan => {
  refuseOtherRoles('review', call);
  const review = snapshot.atp(source.followUpAtpId ?? '');
  if (!review) throw new Unsettled({ kind: 'atp', atpId: source.followUpAtpId ?? '' });
  return { writes: [], answer: { atp: review, created: false } };
};

const queueRow = (type: AtpType): Transition | undefined =>
  findFlow(type)?.transitions.find(
    ({ from, to, tools }) => from === null && to === 'Queued' && tools.includes('atp_create'),
  );

const refuseUnqueued = (type: AtpType): void => {
  if (queueRow(type)) return;
  throw new Refusal(
    'INVALID_TRANSITION',
    `A ${type} bypasses the queue: atp_set with a new atpId, status InProgress${type === 'hotfix' ? '' : ` and type "${type}"`} starts it at once.`,
  );
};

const refuseUnfitSource = ({ type }: CreateInput, source: Atp | undefined, { principal }: Call): void => {
  if (!source || (type === 'review' && isReviewable(source))) return;
  throw refuse(
    'INVALID_TRANSITION',
    `Only a review follows up on a source, and only on a hotfix or an emergency that is Closed. ${source.atpId} is a ${source.type} and ${source.status}.`,
    source,
    principal,
  );
};

const refuseOtherRoles = (type: AtpType, { principal }: Call): void => {
  if (queueRow(type)?.roles.includes(principal.role)) return;
  throw new Refusal(
    'ROLE_NOT_PERMITTED',
    `Only @pm queues work; you are ${principal.role}. Tell @pm with message_send what is needed.`,
    {
      next: [{ tool: 'atp_create', role: '@pm', why: 'Queues it.', input: { type } }],
    },
  );
};

type Queued = Omit<CreateInput, 'dependencies'> & { source?: Atp | undefined; dependencies?: readonly Atp[] };

/** A new ATP in the queue with its checklist, due date and dependencies. */
export const queue = (input: Queued, call: Call, at: number): { atp: Atp; writes: Write[] } => {
  const { type, source, dependencies = [], notes } = input;
  const flow = findFlow(type);
  if (!flow) throw new Error(`no flow is served for type ${type}`);
  const open = dependencies.filter(({ status }) => !isClosed(status));
  const checklist = (source && flowOf(source).reviewChecklist) ?? flow.checklist;
  const base = newAtp(
    {
      atpId: input.atpId ?? `AT-${call.ulid(at)}`,
      type,
      status: 'Queued',
      stage: stageFor('Queued'),
      title: input.title ?? (source && clipped(`Post-Incident Review: ${titleOf(source)}`)),
      notes,
      priority: input.priority ?? flow.defaultPriority,
      sourceAtpId: source?.atpId,
      drill: source?.drill,
      dueAt: type === 'review' ? reviewDue(source, call, at) : undefined,
      checklist:
        checklist.length > 0 ? Object.fromEntries(checklist.map((item) => [item, { state: 'open' }])) : undefined,
      dependencies: dependencies.length > 0 ? dependencies.map(({ atpId }) => atpId) : undefined,
      openDependencies: setOf(open.map(({ atpId }) => atpId)),
      ...settingsOf(flow, input),
    },
    call,
    at,
  );
  const links = open.map(
    ({ atpId, status, dependents }): Write => ({
      label: `dependency on ${atpId}`,
      change: { kind: 'atp', atpId },
      set: { [`dependents/${entryOf(base.atpId)}`]: true },
      remove: [],
      expect: { status, dependents },
    }),
  );
  const { writes, answer } = Draft.ofNew(base, call, at)
    .beside(...links)
    .toPlan({ action: 'create', to: 'Queued', ...(notes && { notes }) });
  return { atp: answer.atp, writes: [...writes] };
};

/** Settings given for a flow that has none, by name. */
export const foreignSettings = (
  type: unknown,
  settings: Record<keyof Settings, unknown>,
): { path: string; message: string }[] => {
  const flow = flows.find((each) => each.type === type);
  if (!flow || flow.settings) return [];
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return given.map(([path]) => ({ path, message: `a ${flow.type} has no such setting; leave it out` }));
};

const settingsOf = ({ settings }: Flow, { qa, codeReview }: Settings): Settings =>
  settings ? { qa: qa ?? settings.qa, codeReview: codeReview ?? settings.codeReview } : {};

/** A review without a source has the time of a hotfix's. */
const reviewDue = (source: Atp | undefined, { timeouts: { review } }: Call, at: number): string | undefined => {
  const seconds = review[source?.type ?? 'hotfix'] ?? review.hotfix;
  return seconds === undefined ? undefined : iso(at + seconds * 1000);
};

export const meetFollowUp = (draft: Draft, review: Atp, { principal }: Call): void => {
  const { followUp } = draft.after;
  draft.set({
    followUp: { ...followUp, state: 'met', metAt: iso(draft.at), metBy: principal },
    followUpAtpId: review.atpId,
  });
};
