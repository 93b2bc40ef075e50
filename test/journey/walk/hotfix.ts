import { newId } from '../../support/service.ts';
import { complete, direct, fire, reject, report, sendBack } from './reach.ts';
import {
  acknowledgedBefore,
  all,
  closed,
  closings,
  dev,
  handoffs,
  hotfixGates,
  moves,
  type Offer,
  open,
  operator,
  pm,
  type Row,
  type Rows,
  readArtifact,
  started,
  taken,
  unknown,
  untaken,
  type Walk,
  withNotes,
} from './rows.ts';

const rejection: Offer = 'atp_change_status @pm Rejected';
const rework: Offer = 'atp_change_status @pm InProgress';
const raising: Offer = 'atp_set @pm emergency';
const reporting: Offer = 'artifact_create @pm PMVerificationReport';

const inProgress = (completion: Row): Rows => ({
  ...open,
  ...started,
  ...moves({ InProgress: all('ALREADY_EXISTS'), Complete: completion, ...withNotes('Rejected') }),
  ...handoffs(completion),
  ...hotfixGates(all('INVALID_TRANSITION'), all('INVALID_TRANSITION'), all('INVALID_TRANSITION')),
  raise: pm('accepted'),
});

/** `alert` and `failed` are what an override of the alert, and a gate that failed, make of the closing. */
const isComplete = (closing: Row, { alert = closing, failed = closing } = {}): Rows => ({
  ...open,
  ...readArtifact,
  ...taken,
  ...moves({ ...withNotes('InProgress'), Closed: closing }),
  ...handoffs(dev('accepted', 'NOT_OWNER')),
  ...closings(closing, alert),
  ...hotfixGates(closing, failed, pm('accepted')),
  report: pm('accepted'),
  raise: pm('accepted'),
});
const noArtifact = { 'read artifact': all('NOT_FOUND') };

const isClosed: Rows = {
  ...closed,
  ...hotfixGates(all('ATP_CLOSED'), all('ATP_CLOSED'), all('ATP_CLOSED')),
  'ack newest directive': all('ATP_CLOSED'),
};

export const hotfix: Walk = {
  'an id that nothing has': {
    reach: async () => newId(),
    next: ['atp_set @pm InProgress'],
    rows: unknown,
  },
  'a hotfix without a directive': {
    status: 'InProgress',
    reach: ({ given }) => given.started(),
    next: ['message_send @pm Directive', rejection, raising],
    rows: inProgress(dev('NOT_ACKNOWLEDGED')),
  },
  'a directed hotfix': {
    status: 'InProgress',
    reach: async ({ given }) => (await given.directed()).atpId,
    next: ['message_ack @dev', rejection, raising],
    rows: { ...inProgress(dev('NOT_ACKNOWLEDGED')), ...untaken },
  },
  'an acknowledged hotfix': {
    status: 'InProgress',
    reach: ({ given }) => given.acknowledged(),
    next: ['handoff @dev', rejection, raising],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...taken },
  },
  'a hotfix directed anew': {
    status: 'InProgress',
    reach: async (world) => direct(world, await world.given.acknowledged()),
    next: ['message_ack @dev', rejection, raising],
    rows: { ...inProgress(dev('NOT_ACKNOWLEDGED')), ...untaken, ...acknowledgedBefore },
  },
  'a hotfix whose first directive was superseded': {
    status: 'InProgress',
    reach: async (world) => direct(world, (await world.given.directed()).atpId),
    next: ['message_ack @dev', rejection, raising],
    rows: {
      ...inProgress(dev('NOT_ACKNOWLEDGED')),
      ...untaken,
      'ack superseded directive': all('INVALID_TRANSITION'),
    },
  },
  'a hotfix in rework': {
    status: 'InProgress',
    reach: async (world) => sendBack(world, await world.given.verified()),
    next: ['handoff @dev', rejection, raising],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...readArtifact, ...taken },
  },
  'a complete hotfix without a handoff': {
    status: 'Complete',
    reach: async (world) => complete(world, await world.given.acknowledged()),
    next: ['handoff @dev', reporting, rework, raising],
    rows: { ...isComplete(pm('HANDOFF_MISSING')), ...noArtifact },
  },
  'a complete hotfix with a report and no handoff': {
    status: 'Complete',
    reach: async (world) => report(world, await complete(world, await world.given.acknowledged())),
    next: ['handoff @dev', rework, raising],
    rows: isComplete(pm('HANDOFF_MISSING')),
  },
  'a handed-off hotfix': {
    status: 'Complete',
    reach: ({ given }) => given.completed(),
    next: [reporting, rework, raising],
    rows: { ...isComplete(pm('REPORT_MISSING')), ...noArtifact },
  },
  'a handed-off hotfix, directed anew': {
    status: 'Complete',
    reach: async (world) => direct(world, await world.given.completed()),
    next: ['message_ack @dev', reporting, rework, raising],
    rows: {
      ...isComplete(pm('REPORT_MISSING')),
      ...noArtifact,
      ...handoffs(dev('NOT_ACKNOWLEDGED')),
      ...untaken,
      ...acknowledgedBefore,
    },
  },
  'a verified hotfix': {
    status: 'Complete',
    reach: ({ given }) => given.verified(),
    next: ['atp_close @pm', rework, raising],
    rows: isComplete(pm('accepted'), { failed: pm('GATE_FAILED') }),
  },
  'a hotfix whose report fails a gate': {
    status: 'Complete',
    reach: async (world) =>
      report(world, await world.given.completed(), { fixesIssue: true, noObviousBreakage: false, revertible: true }),
    next: [reporting, rework, raising],
    rows: isComplete(pm('GATE_FAILED')),
  },
  'a verified hotfix whose alert still fires': {
    status: 'Complete',
    reach: async (world) => fire(world, await world.given.verified()),
    next: [rework, raising],
    rows: isComplete(pm('ALERT_STILL_FIRING'), { alert: pm('accepted'), failed: pm('GATE_FAILED') }),
  },
  'a closed hotfix that owes': {
    status: 'Closed',
    reach: ({ given }) => given.owing(),
    next: ['message_send @pm HITLNotification', 'atp_create @pm review'],
    rows: { ...isClosed, ...readArtifact, 'create its review': pm('accepted') },
  },
  'a closed hotfix, settled': {
    status: 'Closed',
    reach: async ({ given }) => (await given.closed()).atpId,
    next: [],
    rows: { ...isClosed, ...readArtifact, 'create its review': pm('accepted'), 'ack notice': operator('accepted') },
  },
  'a rejected hotfix': {
    status: 'Rejected',
    reach: async (world) => reject(world, await world.given.acknowledged()),
    next: [],
    rows: { ...isClosed, 'ack notice': operator('accepted') },
  },
};
