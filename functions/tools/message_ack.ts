import * as z from 'zod/mini';
import { planAcknowledge } from '../../lib/flow/plan/acknowledge.ts';
import { messageParts } from '../../lib/ids.ts';
import { notes, opaqueId, role } from '../../lib/schema.ts';
import { defineTool, serve } from '../../lib/tool.ts';

export const tool = defineTool({
  name: 'message_ack',
  title: 'Acknowledge a message',
  description:
    'Takes the directive: the first @dev to acknowledge the newest directive to @dev owns the fix. Acknowledging any other message is a receipt.',
  input: z.strictObject({ messageId: opaqueId, agent: z.optional(role), notes: z.optional(notes) }),
  reads: ({ messageId }) => {
    const atpId = messageParts(messageId)?.atpId;
    return atpId
      ? [
          { kind: 'message', messageId },
          { kind: 'atp', atpId },
        ]
      : [];
  },
  plan: (input, snapshot, call) => planAcknowledge(input, messageParts(input.messageId)?.atpId, snapshot, call),
});

export const handler = serve(tool);
