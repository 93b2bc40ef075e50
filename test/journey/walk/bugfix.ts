import { acknowledge, change, complete, direct, fire, handOff, sendBack, test, type World } from './reach.ts';
import {
  acknowledgedBefore,
  all,
  closed,
  dev,
  handoffs,
  pm,
  type Rows,
  readArtifact,
  taken,
  tests,
  untaken,
  type Walk,
} from './rows.ts';
import {
  beginning,
  blocking,
  directing,
  handingOff,
  inProgress,
  isBlocked,
  isComplete,
  isQueued,
  reporting,
  rework,
  taking,
  testing,
  unblocking,
} from './work.ts';

const queued = ({ given }: World) => given.work('bugfix');
const undirected = async (world: World) => change(world, 'pm-1', await queued(world), 'InProgress');
const directed = async (world: World) => direct(world, await undirected(world));
const acknowledged = ({ given }: World) => given.work('bugfix', 'InProgress');
const blocked = ({ given }: World) => given.work('bugfix', 'Blocked');
const handedOff = ({ given }: World) => given.work('bugfix', 'Complete');

const isClosed: Rows = { ...closed, ...tests(all('ATP_CLOSED')), 'ack newest directive': all('ATP_CLOSED') };

export const bugfix: Walk = {
  'a queued bugfix': { status: 'Queued', reach: queued, next: [beginning], rows: isQueued() },
  'a queued bugfix, directed': {
    status: 'Queued',
    reach: async (world) => direct(world, await queued(world)),
    next: [beginning, taking],
    rows: isQueued({ rows: untaken }),
  },
  'a queued bugfix, acknowledged': {
    status: 'Queued',
    reach: async (world) => acknowledge(world, await direct(world, await queued(world))),
    next: [beginning],
    rows: isQueued({ rows: taken }),
  },
  'a bugfix in progress without a directive': {
    status: 'InProgress',
    reach: undirected,
    next: [directing, handingOff, blocking],
    rows: inProgress(dev('accepted'), 'nobody'),
  },
  'a directed bugfix': {
    status: 'InProgress',
    reach: directed,
    next: [taking, blocking],
    rows: inProgress(dev('NOT_ACKNOWLEDGED'), 'nobody', { rows: untaken }),
  },
  'an acknowledged bugfix': {
    status: 'InProgress',
    reach: acknowledged,
    next: [handingOff, blocking],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', { rows: taken }),
  },
  'a bugfix directed anew': {
    status: 'InProgress',
    reach: async (world) => direct(world, await acknowledged(world)),
    next: [taking, blocking],
    rows: inProgress(dev('NOT_ACKNOWLEDGED'), 'nobody', { rows: { ...untaken, ...acknowledgedBefore } }),
  },
  'a blocked bugfix': {
    status: 'Blocked',
    reach: blocked,
    next: [unblocking],
    rows: isBlocked(dev('accepted', 'NOT_OWNER'), { rows: taken }),
  },
  'a blocked bugfix, directed anew': {
    status: 'Blocked',
    reach: async (world) => direct(world, await blocked(world)),
    next: [taking, unblocking],
    rows: isBlocked(dev('accepted'), { rows: { ...untaken, ...acknowledgedBefore } }),
  },
  'a bugfix that was blocked': {
    status: 'InProgress',
    reach: async (world) => change(world, 'dev-1', await blocked(world), 'InProgress'),
    next: [handingOff, blocking],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', { rows: taken }),
  },
  'a bugfix that was completed without a directive and without a handoff': {
    status: 'Complete',
    reach: async (world) => complete(world, await undirected(world)),
    next: [handingOff, ...testing, rework, reporting],
    rows: isComplete(pm('HANDOFF_MISSING'), { rows: { 'ack newest directive': all('NOT_FOUND') } }),
  },
  'a tested bugfix without a handoff': {
    status: 'Complete',
    reach: async (world) => test(world, await complete(world, await acknowledged(world))),
    next: [handingOff, rework, reporting],
    rows: isComplete(pm('HANDOFF_MISSING'), { rows: readArtifact }),
  },
  'a handed-off bugfix': {
    status: 'Complete',
    reach: handedOff,
    next: [...testing, rework, reporting],
    rows: isComplete(pm('REPORT_MISSING')),
  },
  'a handed-off bugfix, directed anew': {
    status: 'Complete',
    reach: async (world) => direct(world, await handedOff(world)),
    next: [taking, ...testing, rework, reporting],
    rows: isComplete(pm('REPORT_MISSING'), {
      rows: { ...handoffs(dev('NOT_ACKNOWLEDGED')), ...untaken, ...acknowledgedBefore },
    }),
  },
  'a bugfix whose test passed': {
    status: 'Complete',
    reach: async (world) => test(world, await handedOff(world)),
    next: ['atp_close @pm', rework, reporting],
    rows: isComplete(pm('accepted'), { rows: readArtifact }),
  },
  'a bugfix whose test was escalated': {
    status: 'Complete',
    reach: async (world) => test(world, await handedOff(world), 'escalate'),
    next: [rework, reporting],
    rows: isComplete(pm('GATE_FAILED'), { rows: readArtifact }),
  },
  'a bugfix whose test was escalated, and passed later': {
    status: 'Complete',
    reach: async (world) => test(world, await test(world, await handedOff(world), 'escalate')),
    next: ['atp_close @pm', rework, reporting],
    rows: isComplete(pm('accepted'), { rows: readArtifact }),
  },
  'a bugfix that was sent back for a minor fix': {
    status: 'InProgress',
    reach: async (world) => test(world, await handedOff(world), 'minor-fix'),
    next: [handingOff, blocking],
    rows: inProgress(dev('accepted', 'NOT_OWNER'), 'dev-1', { rows: { ...taken, ...readArtifact } }),
  },
  'a bugfix handed off again after its test passed and it was sent back': {
    status: 'Complete',
    reach: async (world) => handOff(world, await sendBack(world, await test(world, await handedOff(world)))),
    next: [...testing, rework, reporting],
    rows: isComplete(pm('REPORT_MISSING'), { rows: readArtifact }),
  },
  'a tested bugfix that waits for another ATP': {
    status: 'Complete',
    reach: async (world) => {
      const dependencies = [await world.given.started()];
      return test(world, await world.given.work('bugfix', 'Complete', { dependencies }));
    },
    next: [rework, reporting],
    rows: isComplete(pm('DEPENDENCY_OPEN'), { rows: readArtifact }),
  },
  'a tested bugfix whose alert still fires': {
    status: 'Complete',
    reach: async (world) => fire(world, await test(world, await handedOff(world))),
    next: [rework, reporting],
    rows: isComplete(pm('ALERT_STILL_FIRING'), { rows: { ...readArtifact, 'close over the alert': pm('accepted') } }),
  },
  'a closed bugfix': {
    status: 'Closed',
    reach: ({ given }) => given.work('bugfix', 'Closed'),
    next: [],
    rows: { ...isClosed, ...readArtifact },
  },
};
