/** What may happen to an attribute of an ATP while a call is between its read and its write. */

import { setOf } from '../../../lib/flow/dependencies.ts';
import type { Atp, Obligation, ToolName } from '../../../lib/model.ts';
import type { Code } from '../../../lib/refusal.ts';

/** `done`: permitted all the same, and committed at the second try. `answered`: nothing is left to write. */
export type Ending = 'done' | 'answered' | Code;

export type Change = {
  attribute: keyof Atp;
  says: string;
  /** Undefined removes it. */
  to: (atp: Atp, others: { atpId: string; reviewId: string }) => unknown;
  ending: Ending | { [tool in ToolName]?: Ending };
  /** The doors whose write rests on it; left out: all. */
  at?: readonly ToolName[];
  /** The new state refers to a record that the call has not read. */
  readsMore?: true;
};
/** By the rows of one flow. */
export type Changes<Rows> = { [row in keyof Rows]: readonly Change[] };

const PAST = '2026-01-01T00:00:00.000Z';
const FUTURE = '2100-01-01T00:00:00.000Z';

const change =
  (attribute: keyof Atp, says: string, to: Change['to'], more: Pick<Change, 'readsMore'> = {}) =>
  (ending: Change['ending']): Change => ({ attribute, says, to, ending, ...more });

const becomes = (attribute: keyof Atp, value: string | boolean) => change(attribute, `becomes ${value}`, () => value);

/** Changes on which the writes of these doors alone rest. */
export const only = (at: readonly ToolName[], ...changes: readonly Change[]): Change[] =>
  changes.map((each) => ({ ...each, at }));

export const status = (value: Atp['status']) => becomes('status', value);
export const type = (value: Atp['type']) => becomes('type', value);
export const gone = (attribute: keyof Atp) => change(attribute, 'is gone', () => undefined);
export const ownerIs = (name: string) => change('owner', `becomes ${name}`, () => ({ role: '@dev', name }));
export const qaIs = (value: NonNullable<Atp['qa']>) => becomes('qa', value);

export const newerDirective = change('directives', 'names a newer directive', ({ directives }) => ({
  ...directives,
  '@dev': { messageId: 'msg_newer', priority: 'P0-Critical', open: true, sentAt: FUTURE },
}));
export const directiveElsewhere = change('directives', 'names one more, to another role', ({ directives }) => ({
  ...directives,
  '@sre': { messageId: 'msg_elsewhere', priority: 'P1-High', open: false, sentAt: PAST },
}));
export const laterAcknowledged = becomes('acknowledgedAt', PAST);
export const anotherHandoff = becomes('handoffMessageId', 'msg_other');
export const anotherReport = becomes('reportArtifactId', 'art_other');
export const failedGate = change('reportGates', 'answers no', ({ reportGates }) => ({
  ...reportGates,
  revertible: false,
}));
export const passedGate = change('reportGates', 'answers more with yes', (atp) => ({ ...atp.reportGates, also: true }));
/** Of an ATP whose flow has no gates. */
export const attested = change('reportGates', 'is there', () => ({}));
export const newDependency = change('openDependencies', 'gains one', (_, { atpId }) => setOf([atpId]));
export const newDependent = change('dependents', 'gains one', (_, { atpId }) => setOf([atpId]));
export const firing = becomes('alertFiring', true);
export const resolved = becomes('alertFiring', false);
export const itemOpen = change('checklist', 'has an item open again', ({ checklist }) => ({
  ...checklist,
  'root-cause': { state: 'open' },
}));
export const itemNoted = change('checklist', 'has another note', ({ checklist }) => ({
  ...checklist,
  'root-cause': { state: 'done', note: 'Seen again.' },
}));
export const testFailed = change('qaVerdict', 'says escalate', () => ({
  verdict: 'escalate',
  artifactId: 'art_other',
}));
export const testedAgain = change('qaVerdict', 'is of another report', () => ({
  verdict: 'pass',
  artifactId: 'art_other',
}));
export const noReviewAsked = becomes('codeReview', false);
export const reviewedAgain = change('codeReviewVerdict', 'is of another review', () => ({
  verdict: 'changes-requested',
  artifactId: 'art_other',
}));

const MET: Obligation = { state: 'met', dueAt: PAST };
export const notified = change('hitlNotification', 'is met', (atp) => ({
  ...MET,
  ...atp.hitlNotification,
  state: 'met',
}));
export const notifyLater = change('hitlNotification', 'is due later', (atp) => ({
  ...MET,
  ...atp.hitlNotification,
  dueAt: FUTURE,
}));
export const reviewLater = change('followUp', 'is due later', ({ followUp }) => ({
  ...MET,
  ...followUp,
  dueAt: FUTURE,
}));
export const reviewed = change('followUpAtpId', 'names a review', (_, { reviewId }) => reviewId, { readsMore: true });

/** What deadlines look at, and no guard does: the step is permitted all the same, and its deadlines are others. */
const at = {
  created: becomes('createdAt', PAST),
  seen: becomes('ownerSeenAt', FUTURE),
  reworked: becomes('reworkedAt', FUTURE),
  completed: becomes('completedAt', PAST),
  deployed: becomes('deployedAt', PAST),
  closed: becomes('closedAt', PAST),
  due: becomes('dueAt', FUTURE),
};
export const moment = (...names: readonly (keyof typeof at)[]): Change[] => names.map((name) => at[name]('done'));

export const writtenAhead = change('updatedAt', 'becomes a minute later than now', () =>
  new Date(Date.now() + 60_000).toISOString(),
);

export const closed = status('Rejected')('ATP_CLOSED');
