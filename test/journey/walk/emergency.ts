import {
  acknowledge,
  change,
  complete,
  direct,
  fire,
  handOff,
  raise,
  reject,
  report,
  sendBack,
  type World,
} from './reach.ts';
import {
  acknowledgedBefore,
  all,
  closed,
  closings,
  dev,
  emergencyGates,
  handoffs,
  moves,
  type Offer,
  open,
  operator,
  pm,
  type Row,
  type Rows,
  readArtifact,
  sre,
  started,
  taken,
  untaken,
  type Walk,
  withNotes,
} from './rows.ts';

const rejection: Offer = 'atp_change_status @pm Rejected';
const rework: Offer = 'atp_change_status @pm InProgress';
const reporting: Offer = 'artifact_create @pm PMVerificationReport';
const deployment: Offer = 'atp_change_status @sre Deployed';

/** Every transition notifies the operator: there is a notice from the start. */
const notified = { 'ack notice': operator('accepted') };

/** A handoff of an emergency is `P0-Critical`; another priority is a fault of the input, whatever the state. */
const urgentHandoffs = (row: Row) => ({
  ...handoffs(row),
  'handoff at P1-High': all('INVALID_INPUT'),
  'send Handoff at P1-High': all('INVALID_INPUT'),
});

const isOpen: Rows = {
  ...open,
  ...notified,
  ...urgentHandoffs(all('INVALID_TRANSITION')),
  ...emergencyGates(all('INVALID_TRANSITION'), all('INVALID_TRANSITION'), all('INVALID_TRANSITION')),
  /** It is one: nothing changes. */
  raise: pm('accepted'),
};

const inProgress = (completion: Row): Rows => ({
  ...isOpen,
  ...started,
  ...moves({ InProgress: all('ALREADY_EXISTS'), Complete: completion, ...withNotes('Rejected') }),
  ...urgentHandoffs(completion),
});

const isComplete = (deploying: Row): Rows => ({
  ...isOpen,
  ...taken,
  ...moves({ ...withNotes('InProgress'), Deployed: deploying }),
  ...urgentHandoffs(dev('accepted', 'NOT_OWNER')),
  ...emergencyGates(all('INVALID_TRANSITION'), all('INVALID_TRANSITION'), pm('accepted')),
  report: pm('accepted'),
  /** That is rework, with notes. */
  'start as an emergency': pm('accepted'),
});

/** `alert` and `failed` are what an override of the alert, and a gate that failed, make of the closing. */
const isDeployed = (closing: Row, { alert = closing, failed = closing } = {}): Rows => ({
  ...isOpen,
  ...taken,
  ...moves({ ...withNotes('InProgress'), Closed: closing }),
  ...closings(closing, alert),
  ...emergencyGates(closing, failed, pm('accepted')),
  report: pm('accepted'),
  'start as an emergency': pm('accepted'),
});

const isClosed: Rows = {
  ...closed,
  ...notified,
  ...urgentHandoffs(all('ATP_CLOSED')),
  ...emergencyGates(all('ATP_CLOSED'), all('ATP_CLOSED'), all('ATP_CLOSED')),
  'ack newest directive': all('ATP_CLOSED'),
};

const failing = { bleedingStopped: true, rollbackPossible: true, blastRadiusVerified: false };

const directed = async (world: World) => direct(world, await world.given.emergency(), 'EmergencyDirective');
const acknowledged = async (world: World) => acknowledge(world, await directed(world));
const handedOff = ({ given }: World) => given.emergency('Complete');
const deployed = ({ given }: World) => given.emergency('Deployed');
const owing = async (world: World) => change(world, 'pm-1', await report(world, await deployed(world)), 'Closed');

export const emergency: Walk = {
  'an emergency without a directive': {
    status: 'InProgress',
    reach: ({ given }) => given.emergency(),
    next: ['message_send @pm EmergencyDirective', rejection],
    rows: inProgress(dev('NOT_ACKNOWLEDGED')),
  },
  'a directed emergency': {
    status: 'InProgress',
    reach: directed,
    next: ['message_ack @dev', rejection],
    rows: { ...inProgress(dev('NOT_ACKNOWLEDGED')), ...untaken },
  },
  'an acknowledged emergency': {
    status: 'InProgress',
    reach: acknowledged,
    next: ['handoff @dev', rejection],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...taken },
  },
  'an emergency directed anew': {
    status: 'InProgress',
    reach: async (world) => direct(world, await acknowledged(world), 'EmergencyDirective'),
    next: ['message_ack @dev', rejection],
    rows: { ...inProgress(dev('NOT_ACKNOWLEDGED')), ...untaken, ...acknowledgedBefore },
  },
  'an emergency sent back before it was deployed': {
    status: 'InProgress',
    reach: async (world) => sendBack(world, await report(world, await handedOff(world))),
    next: ['handoff @dev', rejection],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...taken, ...readArtifact },
  },
  'an emergency sent back after it was deployed': {
    status: 'InProgress',
    reach: async (world) => sendBack(world, await deployed(world)),
    next: ['handoff @dev', rejection],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...taken },
  },
  'a complete emergency without a handoff': {
    status: 'Complete',
    reach: async (world) => complete(world, await acknowledged(world)),
    next: ['handoff @dev', reporting, rework],
    rows: isComplete(sre('HANDOFF_MISSING')),
  },
  'a complete emergency with a report and no handoff': {
    status: 'Complete',
    reach: async (world) => report(world, await complete(world, await acknowledged(world))),
    next: ['handoff @dev', rework],
    rows: { ...isComplete(sre('HANDOFF_MISSING')), ...readArtifact },
  },
  'a handed-off emergency': {
    status: 'Complete',
    reach: handedOff,
    next: [deployment, reporting, rework],
    rows: isComplete(sre('accepted')),
  },
  'a handed-off emergency with a report': {
    status: 'Complete',
    reach: async (world) => report(world, await handedOff(world)),
    next: [deployment, rework],
    rows: { ...isComplete(sre('accepted')), ...readArtifact },
  },
  'a handed-off emergency, directed anew': {
    status: 'Complete',
    reach: async (world) => direct(world, await handedOff(world), 'EmergencyDirective'),
    next: ['message_ack @dev', deployment, reporting, rework],
    rows: {
      ...isComplete(sre('accepted')),
      ...urgentHandoffs(dev('NOT_ACKNOWLEDGED')),
      ...untaken,
      ...acknowledgedBefore,
    },
  },
  'an emergency handed off again after it was deployed, reported and sent back': {
    status: 'Complete',
    reach: async (world) => handOff(world, await sendBack(world, await report(world, await deployed(world)))),
    next: [deployment, reporting, rework],
    rows: { ...isComplete(sre('accepted')), ...readArtifact },
  },
  'a deployed emergency without a report': {
    status: 'Deployed',
    reach: deployed,
    next: [reporting, rework],
    rows: isDeployed(pm('REPORT_MISSING')),
  },
  'a deployed emergency whose report was made before': {
    status: 'Deployed',
    reach: async (world) => change(world, 'sre-1', await report(world, await handedOff(world)), 'Deployed'),
    next: ['atp_close @pm', rework],
    rows: { ...isDeployed(pm('accepted'), { failed: pm('GATE_FAILED') }), ...readArtifact },
  },
  'a deployed emergency, verified': {
    status: 'Deployed',
    reach: async (world) => report(world, await deployed(world)),
    next: ['atp_close @pm', rework],
    rows: { ...isDeployed(pm('accepted'), { failed: pm('GATE_FAILED') }), ...readArtifact },
  },
  'a deployed emergency whose report fails a gate': {
    status: 'Deployed',
    reach: async (world) => report(world, await deployed(world), failing),
    next: [reporting, rework],
    rows: { ...isDeployed(pm('GATE_FAILED')), ...readArtifact },
  },
  'a deployed emergency whose report failed a gate, and was made anew': {
    status: 'Deployed',
    reach: async (world) => report(world, await report(world, await deployed(world), failing)),
    next: ['atp_close @pm', rework],
    rows: { ...isDeployed(pm('accepted'), { failed: pm('GATE_FAILED') }), ...readArtifact },
  },
  'a deployed emergency, verified, whose alert still fires': {
    status: 'Deployed',
    reach: async (world) => fire(world, await report(world, await deployed(world))),
    next: [rework],
    rows: {
      ...isDeployed(pm('ALERT_STILL_FIRING'), { alert: pm('accepted'), failed: pm('GATE_FAILED') }),
      ...readArtifact,
    },
  },
  'a deployed emergency, directed anew': {
    status: 'Deployed',
    reach: async (world) => direct(world, await deployed(world), 'EmergencyDirective'),
    next: ['message_ack @dev', reporting, rework],
    rows: { ...isDeployed(pm('REPORT_MISSING')), ...untaken, ...acknowledgedBefore },
  },
  'an emergency raised from a hotfix without a directive': {
    status: 'InProgress',
    reach: async (world) => raise(world, await world.given.started()),
    next: ['message_send @pm EmergencyDirective', rejection],
    rows: inProgress(dev('NOT_ACKNOWLEDGED')),
  },
  'an emergency raised from an acknowledged hotfix': {
    status: 'InProgress',
    reach: async (world) => raise(world, await world.given.acknowledged()),
    next: ['handoff @dev', rejection],
    rows: { ...inProgress(dev('accepted', 'NOT_OWNER')), ...taken },
  },
  'an emergency raised from a verified hotfix, whose gates were others': {
    status: 'Complete',
    reach: async (world) => raise(world, await world.given.verified()),
    next: [deployment, reporting, rework],
    rows: { ...isComplete(sre('accepted')), ...readArtifact },
  },
  'a closed emergency that owes': {
    status: 'Closed',
    reach: owing,
    next: ['message_send @pm HITLNotification', 'atp_create @pm review'],
    rows: { ...isClosed, ...readArtifact, 'create its review': pm('accepted') },
  },
  'a closed emergency, settled': {
    status: 'Closed',
    reach: ({ given }) => given.emergency('Closed'),
    next: [],
    rows: { ...isClosed, ...readArtifact, 'create its review': pm('accepted') },
  },
  'a rejected emergency': {
    status: 'Rejected',
    reach: async (world) => reject(world, await acknowledged(world)),
    next: [],
    rows: isClosed,
  },
};
