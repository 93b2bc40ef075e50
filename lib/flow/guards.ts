import type { Gates, Incident } from '../model.ts';
import { openItems } from './checklist.ts';
import { idsOf } from './dependencies.ts';
import { guard } from './flow.ts';

const unfit = new Map<string, string>([
  ['can-wait', 'bugfix'],
  ['non-production', 'bugfix'],
  ['feature-request', 'standard'],
  ['nice-to-have', 'standard'],
]);

/** Undefined where the incident qualifies; else the flow that fits, and why. */
export const misfit = (incident: Incident | undefined): { flow: string; why: string } | undefined => {
  const { category, environment } = incident ?? {};
  const flow = category && unfit.get(category);
  if (flow) return { flow, why: `its category is ${category}` };
  if (environment && !['production', 'prod'].includes(environment.toLowerCase()))
    return { flow: 'bugfix', why: 'its environment is not production' };
  return undefined;
};

export const qualifiesAsIncident = guard({
  name: 'qualifiesAsIncident',
  code: 'NOT_A_HOTFIX',
  rule: 'production is down or degraded, customers are hit, an exploit is active, or data integrity is at risk',
  reads: [],
  passes: (_, call) => misfit(call?.incident) === undefined,
  detail: (_, { incident }) => {
    const { flow, why } = misfit(incident) ?? { flow: 'bugfix', why: 'it does not describe an incident' };
    return `This is not a hotfix: ${why}. The ${flow} flow fits: the atp_create under next queues it as it stands. Leave incident out, or correct it, if production is hit after all.`;
  },
});

export const newestDirective = guard({
  name: 'newestDirective',
  code: 'INVALID_TRANSITION',
  rule: 'the directive is the newest to the role',
  reads: ['directives'],
  passes: ({ directives }, call) => !call?.messageId || directives['@dev']?.messageId === call.messageId,
  detail: ({ directives }) =>
    `A newer directive superseded this one. Acknowledge ${directives['@dev']?.messageId ?? 'the newest directive'} instead.`,
});

export const firstToAcknowledge = guard({
  name: 'firstToAcknowledge',
  code: 'ALREADY_ACKNOWLEDGED',
  rule: 'the first principal to acknowledge owns the fix',
  reads: ['owner'],
  passes: ({ owner }, call) => !owner || !call || owner.name === call.principal.name,
  detail: ({ owner }) =>
    `${owner?.name} acknowledged this directive first and owns the fix. Leave it to them, or tell @pm with message_send (Update or Blocker) what you know.`,
});

export const directiveAcknowledged = guard({
  name: 'directiveAcknowledged',
  code: 'NOT_ACKNOWLEDGED',
  rule: 'the newest directive to @dev is acknowledged',
  reads: ['acknowledgedAt', 'directives'],
  passes: ({ acknowledgedAt }) => acknowledgedAt !== undefined,
  detail: ({ directives }) =>
    directives['@dev']
      ? `The directive to @dev is not acknowledged yet. Call message_ack with messageId ${directives['@dev'].messageId} first.`
      : 'No directive was sent to @dev yet. @pm sends one with message_send, @dev acknowledges it with message_ack, then the fix can be completed.',
});

export const byOwner = guard({
  name: 'byOwner',
  code: 'NOT_OWNER',
  rule: 'by the principal that owns the fix',
  reads: ['owner'],
  passes: ({ owner }, call) => !call || owner?.name === call.principal.name,
  detail: ({ owner }) =>
    owner
      ? `${owner.name} owns this fix; only they can hand it off. @pm can send a new directive to change that.`
      : 'Nobody owns this fix: the newest directive to @dev is not acknowledged. Acknowledge it with message_ack first.',
});

export const notesSayWhy = guard({
  name: 'notesSayWhy',
  code: 'INVALID_INPUT',
  rule: '`notes` say why',
  reads: [],
  field: 'notes',
  passes: (_, call) => !call || Boolean(call.notes?.trim()),
  detail: () => 'This step needs `notes` that say why. Nothing was changed; call again with notes.',
});

export const handoffGiven = guard({
  name: 'handoffGiven',
  code: 'HANDOFF_MISSING',
  rule: 'a handoff was made for the present completion',
  reads: ['handoffMessageId', 'owner'],
  passes: ({ handoffMessageId }) => handoffMessageId !== undefined,
  detail: ({ owner }) =>
    `There is no handoff for this completion. ${owner?.name ?? '@dev'} calls handoff with completed, pending and evidence; then it can be closed.`,
});

export const reportGiven = guard({
  name: 'reportGiven',
  code: 'REPORT_MISSING',
  rule: 'a PMVerificationReport was made since the last Complete',
  reads: ['reportArtifactId'],
  passes: ({ reportArtifactId }) => reportArtifactId !== undefined,
  detail: () =>
    'There is no verification report since the fix was completed. @pm calls artifact_create with artifactType PMVerificationReport, then closes.',
});

const failed = (...attested: (Gates | undefined)[]): string[] => [
  ...new Set(attested.flatMap((gates) => Object.keys(gates ?? {}).filter((name) => gates?.[name] === false))),
];

export const gatesPassed = guard({
  name: 'gatesPassed',
  code: 'GATE_FAILED',
  rule: 'no quality gate is answered with no, in the newest report or in the call',
  reads: ['reportGates'],
  passes: ({ reportGates }, call) => failed(reportGates, call?.gates).length === 0,
  detail: ({ reportGates }, { gates }) =>
    `Quality gate answered with no: ${failed(reportGates, gates).join(', ')}. Send it back with atp_change_status InProgress and notes, or make a new PMVerificationReport once the gate holds.`,
});

export const dependenciesClosed = guard({
  name: 'dependenciesClosed',
  code: 'DEPENDENCY_OPEN',
  rule: 'every ATP it depends on is closed',
  reads: ['openDependencies'],
  passes: ({ openDependencies }) => Object.keys(openDependencies).length === 0,
  detail: ({ openDependencies }) =>
    `It depends on ATPs that are still open: ${idsOf(openDependencies).join(', ')}. Close these first, or wait for whoever has them; atp_get says what each of them needs.`,
});

export const alertResolved = guard({
  name: 'alertResolved',
  code: 'ALERT_STILL_FIRING',
  rule: 'the alert no longer fires at its source, or `alertOverride` says why it is closed all the same',
  reads: ['alertFiring'],
  passes: ({ alertFiring }, call) => !alertFiring || Boolean(call?.alertOverride?.trim()),
  detail: () =>
    'The alert that opened this still fires at its source. Wait until it resolves, send the fix back (atp_change_status with status InProgress and notes), or close it with alertOverride: the reason why it is closed all the same.',
});

export const checklistAnswered = guard({
  name: 'checklistAnswered',
  code: 'CHECKLIST_OPEN',
  rule: 'every item of the checklist is done or not applicable',
  reads: ['checklist'],
  passes: ({ checklist }) => openItems(checklist).length === 0,
  detail: ({ checklist }) =>
    `Checklist items are still open: ${openItems(checklist).join(', ')}. Send it back (atp_change_status to InProgress, with notes), then answer each with checklist_update (done with a note or linkedAtpId, or not-applicable with a note).`,
});
