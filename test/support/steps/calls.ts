/** How the doors of a step are called. */

import type { Atp, ToolName } from '../../../lib/model.ts';
import type { StateName } from '../makers.ts';

const body = '### Completed Work\n- Rolled back\n\n### Pending Work\n- none\n\n### Evidence\n- Tests pass';

type Call = (atp: Atp) => { [field: string]: unknown };
type Doors = { [tool in ToolName]?: Call };
/** How a row of a flow is taken: from which state, by whom, and with which call at each of its doors. */
export type Step = { state: StateName; who: string; doors: Doors };
/** The rows of one flow that begin at an ATP, by status, step and role. */
export type Steps = { [row: string]: Step };

export const why = { notes: 'It still answers 500.' };

export const sending = (messageType: string, toAgent: string): Doors => ({
  message_send: ({ atpId }) => ({ atpId, messageType, toAgent, subject: messageType, body }),
});
export const directing = sending('Directive', '@dev');
export const acknowledging: Doors = {
  message_ack: ({ directives }) => ({ messageId: directives['@dev']?.messageId }),
};
export const handingOff: Doors = {
  handoff: ({ atpId }) => ({ atpId, completed: ['Rolled back'], evidence: ['Tests pass'] }),
  ...sending('Handoff', '@pm'),
};
export const moving = (status: string, more: object = {}): Doors => ({
  atp_set: ({ atpId }) => ({ atpId, status, ...more }),
  atp_change_status: ({ atpId }) => ({ atpId, status, ...more }),
});
export const setting = (what: object): Doors => ({ atp_set: ({ atpId }) => ({ atpId, ...what }) });
export const completing: Doors = { ...handingOff, ...moving('Complete') };
export const closing: Doors = { atp_close: ({ atpId }) => ({ atpId }), ...moving('Closed') };
export const following: Doors = {
  atp_create: ({ atpId }) => ({ title: 'Review', type: 'review', sourceAtpId: atpId }),
};
export const writing = (artifactType: string, verdict?: string): Doors => ({
  artifact_create: ({ atpId }) => ({
    atpId,
    artifactType,
    title: 'Looked at',
    content: 'Regression test: test/totals.test.ts',
    ...(verdict && { verdict }),
  }),
});
export const answering: Doors = {
  checklist_update: ({ atpId }) => ({ atpId, item: 'root-cause', state: 'done', note: 'A lock was held.' }),
};
