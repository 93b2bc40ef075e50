/** Steps that several flows have alike, as rows of their tables. */

import type { Status } from '../model.ts';
import type { Effects, Guard, Transition } from './flow.ts';
import { byOwner, directiveAcknowledged, firstToAcknowledge, newestDirective, notesSayWhy } from './guards.ts';

/** What was made for a completion that no longer stands. */
export const madeForCompletion = [
  'handoffMessageId',
  'reportArtifactId',
  'reportGates',
  'qaVerdict',
  'codeReviewVerdict',
] as const;

export const direct = (messageType: 'Directive' | 'EmergencyDirective', why: string): Transition => ({
  step: 'direct',
  from: 'InProgress',
  to: 'InProgress',
  roles: ['@pm', '@pager'],
  tools: ['message_send'],
  guards: [],
  effects: {},
  why,
  offeredWhen: ({ directives }) => !directives['@dev'],
  input: ({ atpId }) => ({ atpId, toAgent: '@dev', messageType }),
});

export const acknowledge = (from: Status, why: string, effects: Effects = {}): Transition => ({
  step: 'acknowledge',
  from,
  to: from,
  roles: ['@dev'],
  tools: ['message_ack'],
  guards: [newestDirective, firstToAcknowledge],
  effects: { stamps: ['acknowledgedAt'], takesOwnership: true, ...effects },
  why,
  offeredWhen: ({ directives, acknowledgedAt }) => directives['@dev'] !== undefined && !acknowledgedAt,
  input: ({ directives }) => ({ messageId: directives['@dev']?.messageId }),
});

/** Of an incident: by the owner of the fix alone. */
export const complete = (effects: Effects = {}): Transition => ({
  step: 'complete',
  from: 'InProgress',
  to: 'Complete',
  roles: ['@dev'],
  tools: ['handoff', 'atp_set', 'atp_change_status', 'message_send'],
  guards: [directiveAcknowledged, byOwner],
  effects: { stamps: ['completedAt'], forgets: madeForCompletion, ...effects },
  why: 'The fix is ready: hand it off with completed work and evidence.',
});

export const handOff = (guards: readonly Guard[]): Transition => ({
  step: 'handoff',
  from: 'Complete',
  to: 'Complete',
  roles: ['@dev'],
  tools: ['handoff', 'message_send'],
  guards,
  effects: {},
  why: 'It is complete without a handoff; closing needs one.',
  offeredWhen: ({ handoffMessageId }) => !handoffMessageId,
});

export const report = (from: Status): Transition => ({
  step: 'report',
  from,
  to: from,
  roles: ['@pm'],
  tools: ['artifact_create'],
  artifact: { artifactType: 'PMVerificationReport' },
  guards: [],
  effects: { attests: 'gates' },
  why: 'Verify the three gates and write the PMVerificationReport; closing needs one.',
  offeredWhen: ({ reportArtifactId, reportGates }) =>
    !reportArtifactId || Object.values(reportGates ?? {}).includes(false),
  input: ({ atpId }) => ({ atpId, artifactType: 'PMVerificationReport' }),
});

export const sendBack = (from: Status, effects: Effects = {}): Transition => ({
  step: 'rework',
  from,
  to: 'InProgress',
  roles: ['@pm'],
  tools: ['atp_change_status', 'atp_set'],
  guards: [notesSayWhy],
  effects: { stamps: ['reworkedAt'], forgets: ['completedAt', 'deployedAt', ...madeForCompletion], ...effects },
  why: 'It does not hold: send it back, with notes that say why. What was made for this completion has to be made afresh.',
  input: ({ atpId }) => ({ atpId, status: 'InProgress' }),
});

export const reject = (from: Status, why: string, effects: Effects = {}): Transition => ({
  step: 'reject',
  from,
  to: 'Rejected',
  roles: ['@pm'],
  tools: ['atp_change_status', 'atp_set'],
  guards: [notesSayWhy],
  effects: { stamps: ['closedAt'], ...effects },
  why,
  input: ({ atpId }) => ({ atpId, status: 'Rejected' }),
});

/** What a closed incident owes. */
export const obligationSteps: readonly Transition[] = [
  {
    step: 'notify',
    from: 'Closed',
    to: 'Closed',
    roles: ['@pm', '@system'],
    tools: ['message_send'],
    guards: [],
    effects: { meets: 'hitlNotification' },
    why: 'The operator is still owed the HITLNotification of this closure.',
    offeredWhen: ({ hitlNotification }) => hitlNotification?.state === 'open',
    input: ({ atpId }) => ({ atpId, toAgent: '@operator', messageType: 'HITLNotification' }),
  },
  {
    step: 'followUp',
    from: 'Closed',
    to: 'Closed',
    roles: ['@pm', '@system'],
    tools: ['atp_create'],
    guards: [],
    effects: { meets: 'followUp' },
    why: 'The post-incident review is still owed: create it.',
    offeredWhen: ({ followUp }) => followUp?.state === 'open',
    input: ({ atpId }) => ({ type: 'review', sourceAtpId: atpId }),
  },
];
