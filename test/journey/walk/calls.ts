import { type MessageType, type Status, statuses, type ToolName } from '../../../lib/model.ts';
import { newId } from '../../support/service.ts';
import type { State } from './states.ts';

export type Input = { atpId?: string; [field: string]: unknown };
export type Call = {
  tool: ToolName;
  input: (state: State) => Input;
};

const why = 'Because it has to be.';
const lists = { completed: ['Rolled back'], evidence: ['Tests pass'] };
const handoffBody = '### Completed Work\n- Rolled back\n### Pending Work\n### Evidence\n- Tests pass';

const move = (tool: 'atp_set' | 'atp_change_status', status: Status, notes?: string): Call => ({
  tool,
  input: ({ atpId }) => ({ atpId, status, ...(notes && { notes }) }),
});

const send = (messageType: MessageType, toAgent: string, body = 'What there is to say.'): Call => ({
  tool: 'message_send',
  input: ({ atpId }) => ({ atpId, messageType, toAgent, subject: 'On the checkout', body }),
});

const close = (more: Record<string, unknown> = {}): Call => ({
  tool: 'atp_close',
  input: ({ atpId }) => ({ atpId, ...more }),
});

const create = (input: Call['input']): Call => ({ tool: 'atp_create', input });

const artifact = (artifactType: string): Call => ({
  tool: 'artifact_create',
  input: ({ atpId }) => ({ atpId, artifactType, title: 'Looked at', content: 'The graphs are flat.' }),
});

const acknowledge = (which: 'newest' | 'superseded' | 'notice'): Call => ({
  tool: 'message_ack',
  input: (state) => ({ messageId: state[which] }),
});

const moves = Object.fromEntries(
  statuses.flatMap((status) => [
    [`set ${status}`, move('atp_set', status, why)],
    [`change ${status}`, move('atp_change_status', status, why)],
  ]),
) as Record<`${'set' | 'change'} ${Status}`, Call>;

/** Every call of the walk, by a name that its table of expectations uses. */
export const calls = {
  ...moves,
  'set InProgress, no notes': move('atp_set', 'InProgress'),
  'set Rejected, no notes': move('atp_set', 'Rejected'),
  'change InProgress, no notes': move('atp_change_status', 'InProgress'),
  'change Rejected, no notes': move('atp_change_status', 'Rejected'),
  correct: { tool: 'atp_set', input: ({ atpId }) => ({ atpId, title: 'A better title' }) },
  close: close(),
  'close, a gate failed': close({ gates: { fixesIssue: true, noObviousBreakage: true, revertible: false } }),
  'close over the alert': close({ alertOverride: 'The probe is broken, the site is up.' }),
  handoff: { tool: 'handoff', input: ({ atpId }) => ({ atpId, ...lists }) },
  'send Directive': send('Directive', '@dev'),
  'send Directive to @qa': send('Directive', '@qa'),
  'send EmergencyDirective': send('EmergencyDirective', '@sre'),
  'send Handoff': send('Handoff', '@pm', handoffBody),
  'send HITLNotification': send('HITLNotification', '@operator'),
  'send Escalation': send('Escalation', '@operator'),
  'send Decision': send('Decision', '@dev'),
  'send Decision to @pm': send('Decision', '@pm'),
  'send Blocker': send('Blocker', '@pm'),
  'send Update': send('Update', '@pm'),
  'send Rejection': send('Rejection', '@dev'),
  'ack newest directive': acknowledge('newest'),
  'ack superseded directive': acknowledge('superseded'),
  'ack notice': acknowledge('notice'),
  report: artifact('PMVerificationReport'),
  'other artifact': artifact('Other'),
  answer: {
    tool: 'checklist_update',
    input: ({ atpId }) => ({ atpId, item: 'root-cause', state: 'not-applicable', note: 'Known.' }),
  },
  'create its review': create(({ atpId }) => ({
    atpId: newId(),
    type: 'review',
    title: 'Review',
    sourceAtpId: atpId,
  })),
  'create its review by notes': create(({ atpId }) => ({
    type: 'review',
    title: 'Review',
    notes: `Follow-up from hotfix ${atpId}.`,
  })),
  'create under its id': create(({ atpId }) => ({ atpId, type: 'review', title: 'Review' })),
  'create a hotfix': create(() => ({ atpId: newId(), type: 'hotfix', title: 'Queued' })),
  get: { tool: 'atp_get', input: ({ atpId }) => ({ atpId }) },
  list: { tool: 'atp_list', input: () => ({ limit: 1 }) },
  'list messages': { tool: 'message_list', input: ({ atpId }) => ({ atpId }) },
  'read artifact': { tool: 'artifact_get', input: ({ artifactId }) => ({ artifactId }) },
  'read flow': { tool: 'flow_get', input: () => ({ type: 'hotfix' }) },
} satisfies Record<string, Call>;

export type CallName = keyof typeof calls;
export const reads: readonly CallName[] = ['get', 'list', 'list messages', 'read artifact', 'read flow'];
/** What is said beside a flow leaves it as it is, where nothing is owed: such calls need no ATP of their own. */
export const asides: readonly CallName[] = [
  'correct',
  'send Directive to @qa',
  'send EmergencyDirective',
  'send Escalation',
  'send Decision',
  'send Decision to @pm',
  'send Blocker',
  'send Update',
  'send Rejection',
  'send HITLNotification',
  'other artifact',
  'create its review by notes',
];
export const callNames = Object.keys(calls) as CallName[];
export const toolsWalked = [...new Set(callNames.map((name) => calls[name].tool))];
