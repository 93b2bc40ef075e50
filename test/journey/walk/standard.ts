import { acknowledge, change, complete, direct, reject, test, type World } from './reach.ts';
import {
  acknowledgedBefore,
  all,
  closed,
  codeReviews,
  dev,
  moves,
  type Offer,
  pm,
  type Row,
  type Rows,
  readArtifact,
  taken,
  tests,
  untaken,
  type Walk,
  withNotes,
} from './rows.ts';
import {
  beginning,
  blocking,
  directing,
  handingOff,
  inProgress,
  isBlocked,
  isComplete,
  isOpen,
  isQueued,
  reporting,
  rework,
  taking,
  testing,
  unblocking,
} from './work.ts';

const reviewing: Offer[] = [
  'artifact_create @dev Other approved',
  'artifact_create @pm Other approved',
  'artifact_create @dev Other changes-requested',
  'artifact_create @pm Other changes-requested',
];
const deciding: Offer = 'atp_set @pm never';
const closing: Offer = 'atp_close @pm';
const rejection: Offer = 'atp_change_status @pm Rejected';
const deferral: Offer = 'atp_change_status @pm Deferred';

/** Whether it is tested is left to `@pm` unless its creator says otherwise: decided once, by them. */
const undecided = { ...codeReviews(all('INVALID_TRANSITION')), 'decide against a test': pm('accepted') };
const puttingOff = { steps: { ...withNotes('Rejected'), Deferred: pm('accepted') }, rows: undecided };
const beside = (rows: Partial<Rows>) => ({ ...puttingOff, rows: { ...undecided, ...rows } });

/** Who has made it does not review it. What is `never` tested stays so: to say it again changes nothing. */
const whole = (closingRow: Row, setting: 'always' | 'pm-decision' | 'never', rows: Partial<Rows> = {}): Rows =>
  isComplete(closingRow, {
    steps: withNotes('Rejected'),
    rows: {
      ...codeReviews({ ...dev('ROLE_NOT_PERMITTED', 'accepted'), 'pm-1': 'accepted' }),
      'decide against a test': pm(setting === 'always' ? 'INVALID_TRANSITION' : 'accepted'),
      ...rows,
    },
  });

/** Put off, it goes nowhere but back into the queue. */
const isDeferred: Rows = {
  ...isOpen,
  ...moves({ Queued: pm('accepted') }),
  ...codeReviews(all('INVALID_TRANSITION')),
  'decide against a test': all('INVALID_TRANSITION'),
};

const isClosed: Rows = {
  ...closed,
  ...tests(all('ATP_CLOSED')),
  ...codeReviews(all('ATP_CLOSED')),
  'decide against a test': all('ATP_CLOSED'),
};

const queued = ({ given }: World) => given.work('standard');
const undirected = async (world: World) => change(world, 'pm-1', await queued(world), 'InProgress');
const acknowledged = ({ given }: World) => given.work('standard', 'InProgress');
const blocked = ({ given }: World) => given.work('standard', 'Blocked');
const handedOff = (settings: { qa?: string; codeReview?: boolean; dependencies?: string[] }) => (world: World) =>
  world.given.work('standard', 'Complete', settings);
const reviewed = async ({ service }: World, atpId: string, verdict: string): Promise<string> => {
  const said = { artifactType: 'Other', title: 'Read it', content: 'Line by line.', verdict };
  await service.done('dev-2', 'artifact_create', { atpId, ...said });
  return atpId;
};
const defer = (world: World, atpId: string) => change(world, 'pm-1', atpId, 'Deferred');

export const standard: Walk = {
  'queued work': {
    status: 'Queued',
    reach: queued,
    next: [beginning, rejection, deferral],
    rows: isQueued(puttingOff),
  },
  'queued work, directed': {
    status: 'Queued',
    reach: async (world) => direct(world, await queued(world)),
    next: [beginning, taking, rejection, deferral],
    rows: isQueued(beside(untaken)),
  },
  'work in progress without a directive': {
    status: 'InProgress',
    reach: undirected,
    next: [directing, handingOff, blocking, rejection, deferral],
    rows: inProgress(dev('accepted'), 'nobody', puttingOff),
  },
  'directed work': {
    status: 'InProgress',
    reach: async (world) => direct(world, await undirected(world)),
    next: [taking, blocking, rejection, deferral],
    rows: inProgress(dev('NOT_ACKNOWLEDGED'), 'nobody', beside(untaken)),
  },
  'acknowledged work': {
    status: 'InProgress',
    reach: acknowledged,
    next: [handingOff, blocking, rejection, deferral],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', beside(taken)),
  },
  'blocked work': {
    status: 'Blocked',
    reach: blocked,
    next: [unblocking, rejection, deferral],
    rows: isBlocked(dev('accepted', 'NOT_OWNER'), beside(taken)),
  },
  'blocked work, directed anew': {
    status: 'Blocked',
    reach: async (world) => direct(world, await blocked(world)),
    next: [taking, unblocking, rejection, deferral],
    rows: isBlocked(dev('accepted'), beside({ ...untaken, ...acknowledgedBefore })),
  },
  'complete work without a handoff': {
    status: 'Complete',
    reach: async (world) => complete(world, await acknowledged(world)),
    next: [handingOff, ...testing, deciding, rework, reporting, rejection],
    rows: whole(pm('HANDOFF_MISSING'), 'pm-decision'),
  },
  'handed-off work that is always tested': {
    status: 'Complete',
    reach: handedOff({ qa: 'always' }),
    next: [...testing, rework, reporting, rejection],
    rows: whole(pm('REPORT_MISSING'), 'always'),
  },
  'handed-off work whose test is left to @pm': {
    status: 'Complete',
    reach: handedOff({}),
    next: [...testing, deciding, rework, reporting, rejection],
    rows: whole(pm('REPORT_MISSING'), 'pm-decision'),
  },
  'handed-off work that @pm decided not to test': {
    status: 'Complete',
    reach: async (world) => {
      const atpId = await handedOff({})(world);
      await world.service.done('pm-1', 'atp_set', { atpId, qa: 'never' });
      return atpId;
    },
    next: [closing, rework, reporting, rejection],
    rows: whole(pm('accepted'), 'never'),
  },
  'handed-off work that @pm decided to have tested': {
    status: 'Complete',
    reach: async (world) => {
      const atpId = await handedOff({})(world);
      await world.service.done('pm-1', 'atp_set', { atpId, qa: 'always' });
      return atpId;
    },
    next: [...testing, rework, reporting, rejection],
    rows: whole(pm('REPORT_MISSING'), 'always'),
  },
  'handed-off work that is never tested': {
    status: 'Complete',
    reach: handedOff({ qa: 'never' }),
    next: [closing, rework, reporting, rejection],
    rows: whole(pm('accepted'), 'never'),
  },
  'work whose test passed': {
    status: 'Complete',
    reach: async (world) => test(world, await handedOff({})(world)),
    next: [closing, rework, reporting, rejection],
    rows: whole(pm('accepted'), 'pm-decision', readArtifact),
  },
  'work whose test was escalated': {
    status: 'Complete',
    reach: async (world) => test(world, await handedOff({ qa: 'always' })(world), 'escalate'),
    next: [rework, reporting, rejection],
    rows: whole(pm('GATE_FAILED'), 'always', readArtifact),
  },
  'work that was sent back for a minor fix': {
    status: 'InProgress',
    reach: async (world) => test(world, await handedOff({})(world), 'minor-fix'),
    next: [handingOff, blocking, rejection, deferral],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', beside({ ...taken, ...readArtifact })),
  },
  'handed-off work that waits for a code review': {
    status: 'Complete',
    reach: handedOff({ qa: 'never', codeReview: true }),
    next: [...reviewing, rework, reporting, rejection],
    rows: whole(pm('REPORT_MISSING'), 'never'),
  },
  'tested work that waits for a code review': {
    status: 'Complete',
    reach: async (world) => test(world, await handedOff({ qa: 'always', codeReview: true })(world)),
    next: [...reviewing, rework, reporting, rejection],
    rows: whole(pm('REPORT_MISSING'), 'always', readArtifact),
  },
  'work whose code review approved': {
    status: 'Complete',
    reach: async (world) => reviewed(world, await handedOff({ qa: 'never', codeReview: true })(world), 'approved'),
    next: [closing, rework, reporting, rejection],
    rows: whole(pm('accepted'), 'never', readArtifact),
  },
  'work whose code review requested changes': {
    status: 'InProgress',
    reach: async (world) => reviewed(world, await handedOff({ codeReview: true })(world), 'changes-requested'),
    next: [handingOff, blocking, rejection, deferral],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', beside({ ...taken, ...readArtifact })),
  },
  'work that is never tested and waits for another ATP': {
    status: 'Complete',
    reach: async (world) => handedOff({ qa: 'never', dependencies: [await world.given.started()] })(world),
    next: [rework, reporting, rejection],
    rows: whole(pm('DEPENDENCY_OPEN'), 'never'),
  },
  'deferred work': {
    status: 'Deferred',
    reach: async (world) => defer(world, await queued(world)),
    next: ['atp_change_status @pm Queued'],
    rows: isDeferred,
  },
  'work that was deferred with its directive open': {
    status: 'Deferred',
    reach: async (world) => defer(world, await direct(world, await undirected(world))),
    next: [taking, 'atp_change_status @pm Queued'],
    rows: { ...isDeferred, ...untaken },
  },
  'work that was deferred after somebody took it': {
    status: 'Deferred',
    reach: async (world) => defer(world, await acknowledged(world)),
    next: ['atp_change_status @pm Queued'],
    rows: { ...isDeferred, ...taken },
  },
  'work that was taken, deferred, and is queued again': {
    status: 'Queued',
    reach: async (world) => change(world, 'pm-1', await defer(world, await acknowledged(world)), 'Queued'),
    next: [beginning, rejection, deferral],
    rows: isQueued(beside(taken)),
  },
  'rejected work': {
    status: 'Rejected',
    reach: async (world) => reject(world, await acknowledge(world, await direct(world, await queued(world)))),
    next: [],
    rows: { ...isClosed, 'ack newest directive': all('ATP_CLOSED') },
  },
  'closed work': {
    status: 'Closed',
    reach: ({ given }) => given.work('standard', 'Closed'),
    next: [],
    rows: { ...isClosed, ...readArtifact, 'ack newest directive': all('ATP_CLOSED') },
  },
};
