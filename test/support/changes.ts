import { setOf } from '../../lib/flow/dependencies.ts';
import type { Atp, ToolName } from '../../lib/model.ts';
import type { Code } from '../../lib/refusal.ts';
import type { StepName } from './steps.ts';

/** `done`: permitted all the same, and committed at the second try. `answered`: nothing is left to write. */
export type Ending = 'done' | 'answered' | Code;

/** What happens to an attribute of an ATP while a call is between its read and its write. */
export type Change = {
  attribute: keyof Atp;
  says: string;
  /** Undefined removes it. */
  to: (atp: Atp, others: { atpId: string; reviewId: string }) => unknown;
  ending: Ending | { [tool in ToolName]?: Ending };
  /** The new state refers to a record that the call has not read. */
  readsMore?: true;
};

const change =
  (attribute: keyof Atp, says: string, to: Change['to'], more: Pick<Change, 'readsMore'> = {}) =>
  (ending: Change['ending']): Change => ({ attribute, says, to, ending, ...more });

const becomes = (attribute: keyof Atp, value: string) => change(attribute, `becomes ${value}`, () => value);
const status = (value: Atp['status']) => becomes('status', value);
const type = (value: Atp['type']) => becomes('type', value);
const gone = (attribute: keyof Atp) => change(attribute, 'is gone', () => undefined);

const anotherOwner = change('owner', 'becomes another principal', () => ({ role: '@dev', name: 'dev-2' }));
const ownOwner = change('owner', 'becomes the caller', () => ({ role: '@dev', name: 'dev-1' }));
const newerDirective = change('directives', 'names a newer directive', ({ directives }) => ({
  ...directives,
  '@dev': { messageId: 'msg_newer', priority: 'P0-Critical', open: true },
}));
const directiveElsewhere = change('directives', 'names one more, to another role', ({ directives }) => ({
  ...directives,
  '@sre': { messageId: 'msg_elsewhere', priority: 'P1-High', open: false },
}));
const laterAcknowledged = becomes('acknowledgedAt', '2026-01-01T00:00:00.000Z');
const anotherHandoff = becomes('handoffMessageId', 'msg_other');
const anotherReport = becomes('reportArtifactId', 'art_other');
const failedGate = change('reportGates', 'answers no', ({ reportGates }) => ({ ...reportGates, revertible: false }));
const passedGate = change('reportGates', 'answers more with yes', (atp) => ({ ...atp.reportGates, also: true }));
const newDependency = change('openDependencies', 'gains one', (_, { atpId }) => setOf([atpId]));
const newDependent = change('dependents', 'gains one', (_, { atpId }) => setOf([atpId]));
const firing = change('alertFiring', 'becomes true', () => true);
const resolved = change('alertFiring', 'becomes false', () => false);
const itemOpen = change('checklist', 'has an item open again', ({ checklist }) => ({
  ...checklist,
  'root-cause': { state: 'open' },
}));
const itemNoted = change('checklist', 'has another note', ({ checklist }) => ({
  ...checklist,
  'root-cause': { state: 'done', note: 'Seen again.' },
}));
const notified = change('hitlNotification', 'is met', (atp) => ({ ...atp.hitlNotification, state: 'met' }));
const notifyLater = change('hitlNotification', 'is due later', (atp) => ({ ...atp.hitlNotification, dueAt: 'later' }));
const reviewLater = change('followUp', 'is due later', ({ followUp }) => ({ ...followUp, dueAt: 'later' }));
const reviewed = change('followUpAtpId', 'names a review', (_, { reviewId }) => reviewId, { readsMore: true });

const closed = status('Rejected')('ATP_CLOSED');
const owned = [laterAcknowledged('done'), gone('acknowledgedAt')('NOT_ACKNOWLEDGED'), anotherOwner('NOT_OWNER')];

const changes: Record<StepName, readonly Change[]> = {
  'hotfix InProgress direct @pm': [
    closed,
    status('Complete')('done'),
    type('review')('done'),
    directiveElsewhere('done'),
  ],
  'hotfix InProgress acknowledge @dev': [
    closed,
    status('Complete')('done'),
    type('review')('done'),
    newerDirective('INVALID_TRANSITION'),
    directiveElsewhere('done'),
    anotherOwner('ALREADY_ACKNOWLEDGED'),
    ownOwner('done'),
  ],
  'hotfix Complete acknowledge @dev': [
    closed,
    status('InProgress')('done'),
    type('review')('done'),
    newerDirective('INVALID_TRANSITION'),
    directiveElsewhere('done'),
    change('owner', 'becomes another principal', () => ({ role: '@dev', name: 'dev-3' }))('ALREADY_ACKNOWLEDGED'),
  ],
  'hotfix InProgress complete @dev': [
    closed,
    status('Complete')({ atp_set: 'INVALID_TRANSITION', atp_change_status: 'INVALID_TRANSITION' }),
    type('review')('done'),
    directiveElsewhere('done'),
    ...owned,
  ],
  'hotfix Complete handoff @dev': [
    closed,
    status('InProgress')('done'),
    type('review')('INVALID_TRANSITION'),
    directiveElsewhere('done'),
    ...owned,
  ],
  'hotfix Complete close @pm': [
    closed,
    status('InProgress')('INVALID_TRANSITION'),
    type('review')('done'),
    gone('handoffMessageId')('HANDOFF_MISSING'),
    anotherHandoff('done'),
    anotherOwner('done'),
    gone('reportArtifactId')('REPORT_MISSING'),
    anotherReport('done'),
    failedGate('GATE_FAILED'),
    passedGate('done'),
    newDependency('DEPENDENCY_OPEN'),
    newDependent('done'),
    firing('ALERT_STILL_FIRING'),
    resolved('done'),
    directiveElsewhere('done'),
  ],
  'hotfix Complete report @pm': [
    closed,
    status('InProgress')('INVALID_TRANSITION'),
    type('review')('INVALID_TRANSITION'),
  ],
  'hotfix Complete rework @pm': [closed, status('InProgress')('ALREADY_EXISTS'), type('review')('done')],
  'hotfix InProgress reject @pm': [
    closed,
    status('Complete')('INVALID_TRANSITION'),
    type('review')('INVALID_TRANSITION'),
    directiveElsewhere('done'),
    newDependent('done'),
  ],
  'hotfix Closed notify @pm': [
    status('Rejected')('done'),
    type('review')('done'),
    notified('done'),
    notifyLater('done'),
  ],
  'hotfix Closed followUp @pm': [
    status('Rejected')('INVALID_TRANSITION'),
    type('review')('done'),
    reviewLater('done'),
    reviewed('answered'),
  ],
  'review Queued begin @pm': [
    closed,
    status('InProgress')('ALREADY_EXISTS'),
    status('Complete')('done'),
    type('hotfix')('INVALID_TRANSITION'),
  ],
  'review InProgress answer @dev': [
    closed,
    status('Complete')('INVALID_TRANSITION'),
    type('hotfix')('INVALID_TRANSITION'),
  ],
  'review InProgress answer @pm': [
    closed,
    status('Complete')('INVALID_TRANSITION'),
    type('hotfix')('INVALID_TRANSITION'),
  ],
  'review InProgress complete @dev': [
    closed,
    status('Complete')('INVALID_TRANSITION'),
    type('hotfix')('NOT_ACKNOWLEDGED'),
  ],
  'review InProgress complete @pm': [
    closed,
    status('Complete')('INVALID_TRANSITION'),
    type('hotfix')('ROLE_NOT_PERMITTED'),
  ],
  'review Complete close @pm': [
    closed,
    status('InProgress')('INVALID_TRANSITION'),
    type('hotfix')('HANDOFF_MISSING'),
    itemOpen('CHECKLIST_OPEN'),
    itemNoted('done'),
    newDependency('DEPENDENCY_OPEN'),
    newDependent('done'),
    directiveElsewhere('done'),
  ],
  'review Complete reopen @pm': [closed, status('InProgress')('ALREADY_EXISTS'), type('hotfix')('done')],
};

const writtenAhead = change('updatedAt', 'becomes a minute later than now', () =>
  new Date(Date.now() + 60_000).toISOString(),
);

export const changesOf = (step: StepName): readonly Change[] => [...changes[step], writtenAhead('done')];
