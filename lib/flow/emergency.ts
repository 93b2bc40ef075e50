import { postmortem } from './checklist.ts';
import { acknowledgements, directiveSent, obligations, signOfLife, verification } from './deadlines.ts';
import type { Flow } from './flow.ts';
import {
  alertResolved,
  byOwner,
  dependenciesClosed,
  directiveAcknowledged,
  gatesPassed,
  handoffGiven,
  qualifiesAsIncident,
  reportGiven,
} from './guards.ts';
import { acknowledge, complete, direct, handOff, obligationSteps, reject, report, sendBack } from './steps.ts';

const tellsOperator = { tellsOperator: true } as const;

/** Severity 1. The operator is told of every transition. */
export const emergency: Flow = {
  type: 'emergency',
  title: 'Emergency',
  defaultPriority: 'P0-Critical',
  defaultDirectivePriority: 'P0-Critical',
  directiveType: 'EmergencyDirective',
  handoffPriority: 'P0-Critical',
  takesPrecedence: true,
  gates: ['bleedingStopped', 'rollbackPossible', 'blastRadiusVerified'],
  checklist: [],
  reviewChecklist: postmortem,
  deadlines: [...acknowledgements, directiveSent, signOfLife, verification, obligations],
  transitions: [
    {
      step: 'start',
      from: null,
      to: 'InProgress',
      roles: ['@pm', '@pager'],
      tools: ['atp_set'],
      guards: [qualifiesAsIncident],
      effects: tellsOperator,
      why: 'Starts an emergency at once; it is never queued.',
    },
    direct('EmergencyDirective', 'Nobody was told to fix it yet: send @dev an EmergencyDirective.'),
    acknowledge(
      'InProgress',
      'Take the fix, before all else: the first @dev to acknowledge the directive owns it.',
      tellsOperator,
    ),
    complete(tellsOperator),
    ...(['Complete', 'Deployed'] as const).map((from) =>
      acknowledge(
        from,
        'A directive came after the completion: the first @dev to acknowledge it owns what is left to do.',
        tellsOperator,
      ),
    ),
    handOff([directiveAcknowledged, byOwner]),
    {
      step: 'deploy',
      from: 'Complete',
      to: 'Deployed',
      roles: ['@sre'],
      tools: ['atp_change_status', 'atp_set'],
      guards: [handoffGiven],
      effects: { stamps: ['deployedAt'], ...tellsOperator },
      why: 'The fix is in production: say so.',
      input: ({ atpId }) => ({ atpId, status: 'Deployed' }),
    },
    {
      step: 'close',
      from: 'Deployed',
      to: 'Closed',
      roles: ['@pm'],
      tools: ['atp_close', 'atp_change_status', 'atp_set'],
      guards: [handoffGiven, reportGiven, gatesPassed, dependenciesClosed, alertResolved],
      effects: { stamps: ['closedAt'], owes: ['hitlNotification', 'followUp'], ...tellsOperator },
      why: 'Verified: close it; this also notifies the operator and creates the postmortem review.',
    },
    report('Complete'),
    report('Deployed'),
    sendBack('Complete', tellsOperator),
    sendBack('Deployed', tellsOperator),
    reject('InProgress', 'A false alarm or a duplicate: reject it, with notes that say why.', tellsOperator),
    ...obligationSteps,
  ],
};
