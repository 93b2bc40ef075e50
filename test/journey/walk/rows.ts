/**
 * What contract sections 3 and 4 say of every call in every state, written down by hand: it shares nothing with the
 * flow's own tables, so that a mistake there cannot hide here.
 */

import { type Status, statuses } from '../../../lib/model.ts';
import type { Code } from '../../../lib/refusal.ts';
import type { CallName } from './calls.ts';

export type Outcome = 'accepted' | Code;
/** The principals of the walk; `dev-1` owns the fix wherever somebody does. */
export const callers = ['pm-1', 'dev-1', 'dev-2', 'operator-1', 'sre-1', 'qa-1'] as const;
export type Caller = (typeof callers)[number];
export type Row = Record<Caller, Outcome>;
export type Rows = Partial<Record<CallName, Row>>;

export const all = (outcome: Outcome): Row => ({
  'pm-1': outcome,
  'dev-1': outcome,
  'dev-2': outcome,
  'operator-1': outcome,
  'sre-1': outcome,
  'qa-1': outcome,
});
const others = all('ROLE_NOT_PERMITTED');
export const pm = (outcome: Outcome): Row => ({ ...others, 'pm-1': outcome });
export const dev = (owner: Outcome, another: Outcome = owner): Row => ({ ...others, 'dev-1': owner, 'dev-2': another });
export const operator = (outcome: Outcome): Row => ({ ...others, 'operator-1': outcome });
export const self = (row: Row, ...senders: Caller[]): Row => ({
  ...row,
  ...Object.fromEntries(senders.map((sender) => [sender, 'SELF_MESSAGE'])),
});

/** A step to a status is the same step at both doors; what the flow does not list is no step. */
export const moves = (steps: Partial<Record<Status, Row>>, otherwise: Outcome = 'INVALID_TRANSITION'): Rows =>
  Object.fromEntries(
    statuses.flatMap((status) => {
      const row = steps[status] ?? all(otherwise);
      return [
        [`set ${status}`, row],
        [`change ${status}`, row],
      ];
    }),
  );
export const bothDoors = (name: 'InProgress, no notes' | 'Rejected, no notes', row: Row): Rows => ({
  [`set ${name}`]: row,
  [`change ${name}`]: row,
});
const handoffs = (row: Row): Rows => ({ handoff: self(row, 'pm-1'), 'send Handoff': self(row, 'pm-1') });
const closings = (row: Row): Rows => ({ close: row, 'close over the alert': row });
const reads: Rows = {
  get: all('accepted'),
  list: all('accepted'),
  'list messages': all('accepted'),
  'read flow': all('accepted'),
  'read artifact': all('NOT_FOUND'),
};
export const readArtifact: Rows = { 'read artifact': all('accepted') };
const noDirective: Rows = {
  'ack newest directive': all('NOT_FOUND'),
  'ack superseded directive': all('NOT_FOUND'),
  'ack notice': all('NOT_FOUND'),
};

/** The table of `message_send`, on what is open. */
const messages: Rows = {
  'send Directive': self(pm('accepted'), 'dev-1', 'dev-2'),
  'send Directive to @qa': self(pm('accepted'), 'qa-1'),
  'send EmergencyDirective': self(pm('accepted'), 'sre-1'),
  'send HITLNotification': self(pm('accepted'), 'operator-1'),
  'send Escalation': self(all('accepted'), 'operator-1'),
  'send Decision': self(operator('accepted'), 'dev-1', 'dev-2'),
  'send Decision to @pm': self(operator('accepted'), 'pm-1'),
  'send Blocker': self(all('accepted'), 'pm-1'),
  'send Update': self(all('accepted'), 'pm-1'),
  'send Rejection': self({ ...pm('accepted'), 'qa-1': 'accepted' }, 'dev-1', 'dev-2'),
};
/** Where no message is taken, a message to oneself is refused as that all the same. */
const noMessages = (outcome: Outcome): Rows => ({
  'send Directive': self(all(outcome), 'dev-1', 'dev-2'),
  'send Directive to @qa': self(all(outcome), 'qa-1'),
  'send EmergencyDirective': self(all(outcome), 'sre-1'),
  'send HITLNotification': self(all(outcome), 'operator-1'),
  'send Escalation': self(all(outcome), 'operator-1'),
  'send Decision': self(all(outcome), 'dev-1', 'dev-2'),
  'send Decision to @pm': self(all(outcome), 'pm-1'),
  'send Blocker': self(all(outcome), 'pm-1'),
  'send Update': self(all(outcome), 'pm-1'),
  'send Rejection': self(all(outcome), 'dev-1', 'dev-2'),
  ...handoffs(all(outcome)),
});

export const unknown: Rows = {
  ...reads,
  ...noDirective,
  ...noMessages('NOT_FOUND'),
  ...moves({}),
  ...Object.fromEntries(statuses.map((status) => [`change ${status}`, all('NOT_FOUND')])),
  'set InProgress': pm('accepted'),
  'set InProgress, no notes': pm('accepted'),
  'set Rejected, no notes': all('INVALID_TRANSITION'),
  'change InProgress, no notes': all('NOT_FOUND'),
  'change Rejected, no notes': all('NOT_FOUND'),
  correct: all('INVALID_TRANSITION'),
  ...closings(all('NOT_FOUND')),
  'close, a gate failed': all('NOT_FOUND'),
  report: all('NOT_FOUND'),
  'other artifact': all('NOT_FOUND'),
  answer: all('NOT_FOUND'),
  'create its review': all('NOT_FOUND'),
  'create its review by notes': pm('accepted'),
  'create under its id': pm('accepted'),
  'create a hotfix': all('INVALID_TRANSITION'),
  get: all('NOT_FOUND'),
  'list messages': all('NOT_FOUND'),
};

/** What holds for all that exist and are open; states add to it and override it. */
const open: Rows = {
  ...reads,
  ...noDirective,
  ...messages,
  ...handoffs(all('INVALID_TRANSITION')),
  ...moves({}),
  ...bothDoors('InProgress, no notes', all('INVALID_TRANSITION')),
  ...bothDoors('Rejected, no notes', all('INVALID_TRANSITION')),
  correct: pm('accepted'),
  ...closings(all('INVALID_TRANSITION')),
  'close, a gate failed': all('INVALID_TRANSITION'),
  report: all('INVALID_TRANSITION'),
  'other artifact': all('accepted'),
  answer: all('INVALID_TRANSITION'),
  'create its review': all('INVALID_TRANSITION'),
  'create its review by notes': pm('accepted'),
  'create under its id': all('ALREADY_EXISTS'),
  'create a hotfix': all('INVALID_TRANSITION'),
};

export const hotfixInProgress = (completion: Row): Rows => ({
  ...open,
  ...moves({ InProgress: all('ALREADY_EXISTS'), Complete: completion, Rejected: pm('accepted') }),
  ...bothDoors('InProgress, no notes', all('ALREADY_EXISTS')),
  ...bothDoors('Rejected, no notes', pm('INVALID_INPUT')),
  ...handoffs(completion),
});

export const hotfixComplete = (closing: Row, overAlert: Row = closing, gateFailed: Row = closing): Rows => ({
  ...open,
  ...readArtifact,
  ...moves({ InProgress: pm('accepted'), Closed: closing }),
  ...bothDoors('InProgress, no notes', pm('INVALID_INPUT')),
  ...handoffs(dev('accepted', 'NOT_OWNER')),
  ...closings(closing),
  'close over the alert': overAlert,
  'close, a gate failed': gateFailed,
  report: pm('accepted'),
  'ack newest directive': dev('accepted', 'ALREADY_ACKNOWLEDGED'),
});

/** Of a closed ATP, `@pm` and `@operator` may still talk. */
export const closed: Rows = {
  ...reads,
  ...noDirective,
  ...noMessages('ATP_CLOSED'),
  'send HITLNotification': self({ ...all('ATP_CLOSED'), 'pm-1': 'accepted' }, 'operator-1'),
  'send Escalation': self({ ...all('ATP_CLOSED'), 'pm-1': 'accepted' }, 'operator-1'),
  'send Decision to @pm': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  'send Blocker': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  'send Update': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  ...moves({}, 'ATP_CLOSED'),
  ...bothDoors('InProgress, no notes', all('ATP_CLOSED')),
  ...bothDoors('Rejected, no notes', all('ATP_CLOSED')),
  correct: all('ATP_CLOSED'),
  ...closings(all('ATP_CLOSED')),
  'close, a gate failed': all('ATP_CLOSED'),
  report: all('ATP_CLOSED'),
  'other artifact': all('ATP_CLOSED'),
  answer: all('ATP_CLOSED'),
  'create its review': all('INVALID_TRANSITION'),
  'create its review by notes': pm('accepted'),
  'create under its id': all('ALREADY_EXISTS'),
  'create a hotfix': all('INVALID_TRANSITION'),
};
export const closedHotfix: Rows = {
  ...closed,
  ...readArtifact,
  'create its review': pm('accepted'),
  'ack newest directive': all('ATP_CLOSED'),
};

/** A review attests no gates. */
export const openReview: Rows = { ...open, 'close, a gate failed': all('INVALID_INPUT') };
export const reviewInProgress: Rows = {
  ...openReview,
  ...moves({ InProgress: all('ALREADY_EXISTS'), Complete: { ...dev('accepted'), 'pm-1': 'accepted' } }),
  ...bothDoors('InProgress, no notes', all('ALREADY_EXISTS')),
  ...handoffs(dev('accepted')),
  answer: { ...dev('accepted'), 'pm-1': 'accepted' },
};
export const reviewComplete = (closing: Row): Rows => ({
  ...openReview,
  ...moves({ InProgress: pm('accepted'), Closed: closing }),
  ...bothDoors('InProgress, no notes', pm('INVALID_INPUT')),
  ...closings(closing),
});
