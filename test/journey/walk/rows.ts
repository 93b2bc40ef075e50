/**
 * What contract sections 2 to 4 say of every call, whatever the flow, written down by hand: it shares nothing with the
 * flows' own tables, so that a mistake there cannot hide here. Each flow's file adds its states to it.
 */

import type { CallerRole, Status, ToolName } from '../../../lib/model.ts';
import type { Code } from '../../../lib/refusal.ts';
import { type CallName, type Move, moveNames } from './calls.ts';
import type { World } from './reach.ts';

export type Outcome = 'accepted' | Code;
/** The principals of the walk; `dev-1` owns the fix wherever somebody does. */
export const callers = ['pm-1', 'dev-1', 'dev-2', 'operator-1', 'sre-1', 'qa-1'] as const;
export type Caller = (typeof callers)[number];
export type Row = Record<Caller, Outcome>;
/** A row for every call: the compiler asks for those that a table forgot. */
export type Rows = Record<CallName, Row>;
type Some<Name extends CallName> = Record<Name, Row>;

/** A call of `next`: its tool, its role, and the arguments that tell it from others of that tool. */
export type Offer = `${ToolName} ${CallerRole}${string}`;

/** A state of a flow: the way there, what `next` offers there in this order, and what becomes of every call. */
export type StateSpec = {
  /** None where there is no ATP. */
  status?: Status;
  /** By calls of the service; answers the ATP's id. */
  reach: (world: World) => Promise<string>;
  next: readonly Offer[];
  rows: Rows;
};
/** The states of a flow, each by what is given. */
export type Walk = Record<string, StateSpec>;

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
export const sre = (outcome: Outcome): Row => ({ ...others, 'sre-1': outcome });
export const qa = (outcome: Outcome): Row => ({ ...others, 'qa-1': outcome });
export const self = (row: Row, ...senders: Caller[]): Row => ({
  ...row,
  ...Object.fromEntries(senders.map((sender) => [sender, 'SELF_MESSAGE'])),
});

/** A step to a status is the same step at both doors; what the flow does not list is no step. */
export const moves = (
  steps: Partial<Record<Move, Row>>,
  otherwise: Outcome = 'INVALID_TRANSITION',
): Some<`${'set' | 'change'} ${Move}`> =>
  Object.fromEntries(
    moveNames.flatMap((name) => {
      const [status = name] = name.split(', ') as Move[];
      const row = steps[name] ?? steps[status] ?? all(otherwise);
      return [
        [`set ${name}`, row],
        [`change ${name}`, row],
      ];
    }),
  ) as Some<`${'set' | 'change'} ${Move}`>;

/** Sending back and rejecting need notes that say why. */
export const withNotes = <To extends 'InProgress' | 'Rejected'>(to: To): Record<To | `${To}, no notes`, Row> =>
  ({ [to]: pm('accepted'), [`${to}, no notes`]: pm('INVALID_INPUT') }) as Record<To | `${To}, no notes`, Row>;

export const handoffs = (
  row: Row,
): Some<'handoff' | 'handoff at P1-High' | 'send Handoff' | 'send Handoff at P1-High'> => {
  const toPm = self(row, 'pm-1');
  return {
    handoff: toPm,
    'handoff at P1-High': toPm,
    'send Handoff': toPm,
    'send Handoff at P1-High': toPm,
  };
};

/** `alert` is what an override of it makes of the closing. */
export const closings = (row: Row, alert = row): Some<'close' | 'close over the alert'> => ({
  close: row,
  'close over the alert': alert,
});

export const hotfixGates = (closing: Row, failed: Row, report: Row) => ({
  'close with hotfix gates': closing,
  'close, a hotfix gate failed': failed,
  'report with hotfix gates': report,
});
export const emergencyGates = (closing: Row, failed: Row, report: Row) => ({
  'close with emergency gates': closing,
  'close, an emergency gate failed': failed,
  'report with emergency gates': report,
});

/** A test that passes has to name the regression test. */
export const tests = (row: Row, unnamed = row) => ({
  'test report': row,
  'test passed': row,
  'test passed, none named': unnamed,
  'test found a minor fix': row,
  'test escalated': row,
});
export const codeReviews = (row: Row) => ({ 'review approved': row, 'review requested changes': row });

const answers = (row: Row) => ({
  'answer root-cause': row,
  'answer permanent-fix': row,
  'answer timeline': row,
});

/**
 * What not every flow has a place for. Where it has none, that is a fault of the input, and answered before all that
 * rests on the state of the ATP; the flows that have one say so.
 */
const misplaced = {
  ...hotfixGates(all('INVALID_INPUT'), all('INVALID_INPUT'), all('INVALID_INPUT')),
  ...emergencyGates(all('INVALID_INPUT'), all('INVALID_INPUT'), all('INVALID_INPUT')),
  ...tests(all('INVALID_INPUT')),
  ...codeReviews(all('INVALID_INPUT')),
  'decide against a test': all('INVALID_INPUT'),
};

const reads = {
  get: all('accepted'),
  list: all('accepted'),
  'list messages': all('accepted'),
  'read flow': all('accepted'),
  'read artifact': all('NOT_FOUND'),
};
export const readArtifact = { 'read artifact': all('accepted') };

const noMessagesYet = {
  'ack newest directive': all('NOT_FOUND'),
  'ack superseded directive': all('NOT_FOUND'),
  'ack notice': all('NOT_FOUND'),
};
/** The newest directive to `@dev`: anybody's, or `dev-1`'s, who gets the same answer again. */
export const untaken = { 'ack newest directive': dev('accepted') };
export const taken = { 'ack newest directive': dev('accepted', 'ALREADY_ACKNOWLEDGED') };
/** A newer directive supersedes the open ones; who acknowledged an older one gets the same answer again. */
export const acknowledgedBefore = {
  'ack superseded directive': { ...all('INVALID_TRANSITION'), 'dev-1': 'accepted' } satisfies Row,
};

/** The table of `message_send`, on what is open. */
const messages = {
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
const noMessages = (outcome: Outcome) => ({
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

/** Creation by itself, and in the name of what exists. */
const creations = {
  'create its review': all('INVALID_TRANSITION'),
  'create its review by notes': pm('accepted'),
  'create under its id': all('ALREADY_EXISTS'),
  'create what waits for it': pm('accepted'),
  'create a hotfix': all('INVALID_TRANSITION'),
  'create an emergency': all('INVALID_TRANSITION'),
  'create a review': pm('accepted'),
  'create a bugfix': pm('accepted'),
  'create standard work': pm('accepted'),
};

const unqualified = { 'start what can wait': all('NOT_A_HOTFIX') };

/** What holds for all that exist and are open; states add to it and override it. */
export const open: Rows = {
  ...reads,
  ...unqualified,
  ...noMessagesYet,
  ...messages,
  ...handoffs(all('INVALID_TRANSITION')),
  ...moves({}),
  ...misplaced,
  ...closings(all('INVALID_TRANSITION')),
  ...answers(all('INVALID_TRANSITION')),
  ...creations,
  'start as an emergency': all('INVALID_TRANSITION'),
  raise: all('INVALID_TRANSITION'),
  correct: pm('accepted'),
  report: all('INVALID_TRANSITION'),
  'test report': all('accepted'),
  'other artifact': all('accepted'),
};

/** What is `InProgress` is not started again. */
export const started = {
  ...moves({ InProgress: all('ALREADY_EXISTS') }),
  'start as an emergency': all('ALREADY_EXISTS'),
};

/** Of a closed ATP, `@pm` and `@operator` may still talk. */
export const closed: Rows = {
  ...reads,
  ...unqualified,
  ...noMessagesYet,
  ...noMessages('ATP_CLOSED'),
  'send HITLNotification': self({ ...all('ATP_CLOSED'), 'pm-1': 'accepted' }, 'operator-1'),
  'send Escalation': self({ ...all('ATP_CLOSED'), 'pm-1': 'accepted' }, 'operator-1'),
  'send Decision to @pm': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  'send Blocker': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  'send Update': self({ ...all('ATP_CLOSED'), 'operator-1': 'accepted' }, 'pm-1'),
  ...moves({}, 'ATP_CLOSED'),
  ...misplaced,
  ...closings(all('ATP_CLOSED')),
  ...answers(all('ATP_CLOSED')),
  ...creations,
  'start as an emergency': all('ATP_CLOSED'),
  raise: all('ATP_CLOSED'),
  correct: all('ATP_CLOSED'),
  report: all('ATP_CLOSED'),
  'test report': all('ATP_CLOSED'),
  'other artifact': all('ATP_CLOSED'),
};

/** Of what does not exist nobody knows which gates and verdicts it has. */
export const unknown: Rows = {
  ...open,
  ...noMessages('NOT_FOUND'),
  ...(Object.fromEntries(Object.keys(misplaced).map((name) => [name, all('NOT_FOUND')])) as typeof misplaced),
  ...(Object.fromEntries(moveNames.map((name) => [`change ${name}`, all('NOT_FOUND')])) as Some<`change ${Move}`>),
  'set InProgress': pm('accepted'),
  'set InProgress, no notes': pm('accepted'),
  'start as an emergency': pm('accepted'),
  'decide against a test': all('INVALID_TRANSITION'),
  correct: all('INVALID_TRANSITION'),
  ...closings(all('NOT_FOUND')),
  report: all('NOT_FOUND'),
  'other artifact': all('NOT_FOUND'),
  ...answers(all('NOT_FOUND')),
  'create its review': all('NOT_FOUND'),
  'create under its id': pm('accepted'),
  'create what waits for it': all('NOT_FOUND'),
  get: all('NOT_FOUND'),
  'list messages': all('NOT_FOUND'),
};
