import type { Atp, Priority } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import type { Call } from '../call.ts';
import { flowOf } from '../flows.ts';
import type { Plan } from '../write.ts';
import { draftTransition, moved } from './transition.ts';

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
    priority: input.priority ?? flowOf(atp).handoffPriority ?? 'P2-Normal',
    subject: input.subject,
    body: input.body,
    requiresAck: input.requiresAck ?? false,
  });
  draft.set({ handoffMessageId: message.messageId });
  return draft.toPlan({ action: 'handoff', ...moved(row), messageId: message.messageId }, { message });
};

/** A fault of the input: it is answered before all that rests on the sender or on the state of the ATP. */
export const refuseOtherPriority = (atp: Atp | undefined, priority: Priority | undefined): void => {
  const only = atp && flowOf(atp).handoffPriority;
  if (!only || !priority || priority === only) return;
  const message = `a handoff of an ${atp.type} is ${only}; leave priority out`;
  throw new Refusal('INVALID_INPUT', `${message}.`, { issues: [{ path: 'priority', message }] });
};
