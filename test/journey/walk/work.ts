/** What bugfix and standard have alike: from the queue to a completion that `@qa` tests. */

import {
  all,
  dev,
  handoffs,
  moves,
  type Offer,
  open,
  pm,
  qa,
  type Row,
  type Rows,
  started,
  taken,
  tests,
} from './rows.ts';

export const beginning: Offer = 'atp_change_status @pm InProgress';
export const directing: Offer = 'message_send @pm Directive';
export const taking: Offer = 'message_ack @dev';
export const handingOff: Offer = 'handoff @dev';
export const blocking: Offer = 'atp_change_status @dev Blocked';
export const unblocking: Offer = 'atp_change_status @dev InProgress';
export const testing: Offer[] = [
  'artifact_create @qa QATestReport pass',
  'artifact_create @qa QATestReport minor-fix',
  'artifact_create @qa QATestReport escalate',
];
export const rework: Offer = 'atp_change_status @pm InProgress';
/** Of use to whoever looks at it; closing does not ask for it. */
export const reporting: Offer = 'artifact_create @pm PMVerificationReport';

export const isOpen: Rows = { ...open, ...tests(all('INVALID_TRANSITION')) };

type Steps = Parameters<typeof moves>[0];
/** What only one of the flows has. */
type Other = { steps?: Steps; rows?: Partial<Rows> };

export const isQueued = ({ steps, rows }: Other = {}): Rows => ({
  ...isOpen,
  ...moves({ InProgress: pm('accepted'), ...steps }),
  ...rows,
});

/** Nobody has to have been told to do it; who was told answers that first. Blocking needs notes. */
export const inProgress = (completion: Row, owner: 'nobody' | 'dev-1', { steps, rows }: Other = {}): Rows => {
  const another = owner === 'dev-1' ? 'NOT_OWNER' : undefined;
  return {
    ...isOpen,
    ...started,
    ...moves({
      InProgress: all('ALREADY_EXISTS'),
      Complete: completion,
      Blocked: dev('accepted', another),
      'Blocked, no notes': dev('INVALID_INPUT', another),
      ...steps,
    }),
    ...handoffs(completion),
    ...rows,
  };
};

export const isBlocked = (unblocking: Row, { steps, rows }: Other = {}): Rows => ({
  ...isOpen,
  ...moves({ InProgress: unblocking, ...steps }),
  ...rows,
});

/** Owned by `dev-1`, who took the newest directive unless `rows` say otherwise. */
export const isComplete = (closing: Row, { steps, rows }: Other = {}): Rows => ({
  ...isOpen,
  ...taken,
  ...moves({
    InProgress: pm('accepted'),
    'InProgress, no notes': pm('INVALID_INPUT'),
    Closed: closing,
    ...steps,
  }),
  ...handoffs(dev('accepted', 'NOT_OWNER')),
  close: closing,
  'close over the alert': closing,
  ...tests(qa('accepted'), qa('INVALID_INPUT')),
  report: pm('accepted'),
  ...rows,
});
