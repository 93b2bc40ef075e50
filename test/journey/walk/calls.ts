import { type AtpType, type MessageType, type Status, statuses, type ToolName } from '../../../lib/model.ts';
import { newId } from '../../support/service.ts';

/** An ATP in a state, with the ids that calls on it name. What is not there has an id that nothing has. */
export type State = {
  atpId: string;
  /** The newest directive to `@dev`, and the one before it. */
  newest: string;
  superseded: string;
  /** The first notice to `@operator`. */
  notice: string;
  artifactId: string;
  /** The ATPs whose items a call might touch. */
  atpIds: string[];
};

export type Input = { atpId?: string; [field: string]: unknown };
export type Call = {
  tool: ToolName;
  input: (state: State) => Input;
};

const why = 'Because it has to be.';
const lists = { completed: ['Rolled back'], evidence: ['Tests pass'] };
const handoffBody = '### Completed Work\n- Rolled back\n### Pending Work\n### Evidence\n- Tests pass';
const hotfixGates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
const emergencyGates = { bleedingStopped: true, rollbackPossible: true, blastRadiusVerified: true };

/** A call on the ATP itself. */
const on = (tool: ToolName, more: Record<string, unknown> = {}): Call => ({
  tool,
  input: ({ atpId }) => ({ atpId, ...more }),
});

const send = (messageType: MessageType, toAgent: string, more: Record<string, unknown> = {}): Call =>
  on('message_send', { messageType, toAgent, subject: 'On the checkout', body: 'What there is to say.', ...more });

const artifact = (artifactType: string, more: Record<string, unknown> = {}): Call =>
  on('artifact_create', { artifactType, title: 'Looked at', content: 'The graphs are flat.', ...more });

const answer = (item: string): Call =>
  on('checklist_update', { item, state: 'not-applicable', note: 'It does not apply.' });

const create = (type: AtpType, input: Call['input'] = () => ({})): Call => ({
  tool: 'atp_create',
  input: (state) => ({ atpId: newId(), type, title: 'Queued', ...input(state) }),
});

const acknowledge = (which: 'newest' | 'superseded' | 'notice'): Call => ({
  tool: 'message_ack',
  input: (state) => ({ messageId: state[which] }),
});

/** The steps that some flow wants notes for are made without them too. */
export const moveNames = [
  ...statuses,
  'InProgress, no notes',
  'Blocked, no notes',
  'Rejected, no notes',
] as const satisfies readonly (Status | `${Status}, no notes`)[];
export type Move = (typeof moveNames)[number];

const moves = Object.fromEntries(
  moveNames.flatMap((name) => {
    const [status, silent] = name.split(', ');
    const more = { status, ...(!silent && { notes: why }) };
    return [
      [`set ${name}`, on('atp_set', more)],
      [`change ${name}`, on('atp_change_status', more)],
    ];
  }),
) as Record<`${'set' | 'change'} ${Move}`, Call>;

/** Every call of the walk, by a name that the tables of expectations use. */
export const calls = {
  ...moves,
  'start as an emergency': on('atp_set', { status: 'InProgress', type: 'emergency', notes: why }),
  'start what can wait': on('atp_set', { status: 'InProgress', incident: { category: 'can-wait' } }),
  raise: on('atp_set', { type: 'emergency' }),
  'decide against a test': on('atp_set', { qa: 'never' }),
  correct: on('atp_set', { title: 'A better title' }),
  close: on('atp_close'),
  'close over the alert': on('atp_close', { alertOverride: 'The probe is broken, the site is up.' }),
  'close with hotfix gates': on('atp_close', { gates: hotfixGates }),
  'close, a hotfix gate failed': on('atp_close', { gates: { ...hotfixGates, revertible: false } }),
  'close with emergency gates': on('atp_close', { gates: emergencyGates }),
  'close, an emergency gate failed': on('atp_close', { gates: { ...emergencyGates, bleedingStopped: false } }),
  handoff: on('handoff', lists),
  'handoff at P1-High': on('handoff', { ...lists, priority: 'P1-High' }),
  'send Handoff': send('Handoff', '@pm', { body: handoffBody }),
  'send Handoff at P1-High': send('Handoff', '@pm', { body: handoffBody, priority: 'P1-High' }),
  'send Directive': send('Directive', '@dev'),
  'send Directive to @qa': send('Directive', '@qa'),
  'send EmergencyDirective': send('EmergencyDirective', '@sre'),
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
  'report with hotfix gates': artifact('PMVerificationReport', { gates: hotfixGates }),
  'report with emergency gates': artifact('PMVerificationReport', { gates: emergencyGates }),
  'test report': artifact('QATestReport', { content: 'Regression test: test/totals.test.ts' }),
  'test passed': artifact('QATestReport', { verdict: 'pass', regressionTest: 'test/totals.test.ts' }),
  'test passed, none named': artifact('QATestReport', { verdict: 'pass' }),
  'test found a minor fix': artifact('QATestReport', { verdict: 'minor-fix' }),
  'test escalated': artifact('QATestReport', { verdict: 'escalate' }),
  'review approved': artifact('Other', { verdict: 'approved' }),
  'review requested changes': artifact('Other', { verdict: 'changes-requested' }),
  'other artifact': artifact('Other'),
  'answer root-cause': answer('root-cause'),
  'answer permanent-fix': answer('permanent-fix'),
  'answer timeline': answer('timeline'),
  'create its review': create('review', ({ atpId }) => ({ sourceAtpId: atpId })),
  'create its review by notes': {
    tool: 'atp_create',
    input: ({ atpId }) => ({ type: 'review', title: 'Review', notes: `Follow-up from hotfix ${atpId}.` }),
  },
  'create under its id': create('review', ({ atpId }) => ({ atpId })),
  'create what waits for it': create('bugfix', ({ atpId }) => ({ dependencies: [atpId] })),
  'create a hotfix': create('hotfix'),
  'create an emergency': create('emergency'),
  'create a review': create('review'),
  'create a bugfix': create('bugfix'),
  'create standard work': create('standard'),
  get: on('atp_get'),
  list: { tool: 'atp_list', input: () => ({ limit: 1 }) },
  'list messages': on('message_list'),
  'read artifact': { tool: 'artifact_get', input: ({ artifactId }) => ({ artifactId }) },
  'read flow': { tool: 'flow_get', input: () => ({ type: 'hotfix' }) },
} satisfies Record<string, Call>;

export type CallName = keyof typeof calls;
export const reads: readonly CallName[] = ['get', 'list', 'list messages', 'read artifact', 'read flow'];
/** These depend on no ATP: they are walked where there is none, and need not be walked again. */
export const stateless: readonly CallName[] = [
  'create a hotfix',
  'create an emergency',
  'create a review',
  'create a bugfix',
  'create standard work',
  'list',
  'read flow',
];
/** What is said beside a flow leaves it as it is: such calls follow each other on one ATP. */
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
  'other artifact',
  'create what waits for it',
];
export const callNames = Object.keys(calls) as CallName[];
export const toolsWalked = [...new Set(callNames.map((name) => calls[name].tool))];
