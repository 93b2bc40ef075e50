import type { Atp, ToolName } from '../../lib/model.ts';
import type { StateName } from './states.ts';

const handoffBody = '### Completed Work\n- Rolled back\n\n### Pending Work\n- none\n\n### Evidence\n- Tests pass';

const directive = (atpId: string) => ({ atpId, messageType: 'Directive', subject: 'Fix it', body: 'It answers 500.' });
const letter = (atpId: string, messageType: string, toAgent: string) => ({
  atpId,
  messageType,
  toAgent,
  subject: messageType,
  body: handoffBody,
});
const handoff = (atpId: string) => ({ atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });

type Call = (atp: Atp) => { [field: string]: unknown };
/** How a row of a flow is taken: from which state, by whom, and with which call at each of its doors. */
export type Step = { state: StateName; who: string; doors: { [tool in ToolName]?: Call } };

const to =
  (status: string, more: object = {}): Call =>
  ({ atpId }) => ({ atpId, status, ...more });
const why = { notes: 'It still answers 500.' };

const completing: Step['doors'] = {
  handoff: ({ atpId }) => handoff(atpId),
  message_send: ({ atpId }) => letter(atpId, 'Handoff', '@pm'),
};
const moving = (status: string, more?: object): Step['doors'] => ({
  atp_set: to(status, more),
  atp_change_status: to(status, more),
});
const closing: Step['doors'] = { atp_close: ({ atpId }) => ({ atpId }), ...moving('Closed') };

/** Every row that begins at an ATP, by flow, status, step and role. */
export const steps = {
  'hotfix InProgress direct @pm': {
    state: 'started',
    who: 'pm-1',
    doors: { message_send: ({ atpId }) => ({ ...directive(atpId), toAgent: '@dev' }) },
  },
  'hotfix InProgress acknowledge @dev': {
    state: 'directed',
    who: 'dev-1',
    doors: { message_ack: ({ directives }) => ({ messageId: directives['@dev']?.messageId }) },
  },
  'hotfix InProgress complete @dev': {
    state: 'acknowledged',
    who: 'dev-1',
    doors: { ...completing, ...moving('Complete') },
  },
  'hotfix Complete acknowledge @dev': {
    state: 'directedAgain',
    who: 'dev-2',
    doors: { message_ack: ({ directives }) => ({ messageId: directives['@dev']?.messageId }) },
  },
  'hotfix Complete handoff @dev': { state: 'completed', who: 'dev-1', doors: completing },
  'hotfix Complete close @pm': { state: 'verified', who: 'pm-1', doors: closing },
  'hotfix Complete report @pm': {
    state: 'completed',
    who: 'pm-1',
    doors: {
      artifact_create: ({ atpId }) => ({ atpId, artifactType: 'PMVerificationReport', title: 'Held', content: 'Yes.' }),
    },
  },
  'hotfix Complete rework @pm': { state: 'completed', who: 'pm-1', doors: moving('InProgress', why) },
  'hotfix InProgress reject @pm': { state: 'started', who: 'pm-1', doors: moving('Rejected', why) },
  'hotfix Closed notify @pm': {
    state: 'owing',
    who: 'pm-1',
    doors: { message_send: ({ atpId }) => letter(atpId, 'HITLNotification', '@operator') },
  },
  'hotfix Closed followUp @pm': {
    state: 'owing',
    who: 'pm-1',
    doors: { atp_create: ({ atpId }) => ({ title: 'Review', type: 'review', sourceAtpId: atpId }) },
  },
  'review Queued begin @pm': { state: 'queuedReview', who: 'pm-1', doors: moving('InProgress', why) },
  'review InProgress answer @dev': {
    state: 'begunReview',
    who: 'dev-1',
    doors: { checklist_update: (atp) => answer(atp) },
  },
  'review InProgress answer @pm': {
    state: 'begunReview',
    who: 'pm-1',
    doors: { checklist_update: (atp) => answer(atp) },
  },
  'review InProgress complete @dev': {
    state: 'begunReview',
    who: 'dev-1',
    doors: { ...completing, ...moving('Complete') },
  },
  'review InProgress complete @pm': { state: 'begunReview', who: 'pm-1', doors: moving('Complete') },
  'review Complete close @pm': { state: 'answeredReview', who: 'pm-1', doors: closing },
  'review Complete reopen @pm': { state: 'answeredReview', who: 'pm-1', doors: moving('InProgress', why) },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof steps;

const answer = ({ atpId }: Atp) => ({ atpId, item: 'root-cause', state: 'done', note: 'A lock was held.' });
