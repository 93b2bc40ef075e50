import type { Atp, Priority } from '../../model.ts';
import type { Call } from '../call.ts';
import type { Plan } from '../write.ts';
import { draftTransition } from './transition.ts';

export type HandoffInput = {
  tool: 'handoff' | 'message_send';
  priority?: Priority | undefined;
  subject: string;
  body: string;
  evidence?: string[] | undefined;
  requiresAck?: boolean | undefined;
};

/** A handoff, and the transition to `Complete` where the ATP is not there yet. */
export const planHandoff = (atp: Atp, input: HandoffInput, call: Call): Plan => {
  const { draft, row } = draftTransition(atp, { tool: input.tool, to: 'Complete' }, { evidence: input.evidence }, call);
  const message = draft.send({
    toAgent: '@pm',
    messageType: 'Handoff',
    priority: input.priority ?? 'P2-Normal',
    subject: input.subject,
    body: input.body,
    requiresAck: input.requiresAck ?? false,
  });
  draft.set({ handoffMessageId: message.messageId });
  const moved = row.from === row.to ? {} : { from: atp.status, to: row.to };
  return draft.toPlan({ action: 'handoff', ...moved, messageId: message.messageId }, { message });
};
