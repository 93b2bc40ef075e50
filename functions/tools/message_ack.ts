import * as z from 'zod/mini';
import { messageAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { planAcknowledge } from '../../lib/flow/plan/acknowledge.ts';
import { messageParts } from '../../lib/ids.ts';
import { notes, opaqueId, role } from '../../lib/schema.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'message_ack',
  input: z.strictObject({ messageId: opaqueId(), agent: z.optional(role()), notes: z.optional(notes()) }),
  reads: ({ messageId }) => {
    const parts = messageParts(messageId);
    return parts ? [keys.message(parts), keys.atp(parts.atpId)] : [];
  },
  plan: (input, snapshot, call) => planAcknowledge(input, messageParts(input.messageId)?.atpId, snapshot, call),
});

export const documentation: Documentation = {
  title: 'Acknowledge a message',
  description:
    'Takes the directive: the first @dev to acknowledge the newest directive to @dev owns the fix. Acknowledging any other message is a receipt.',
  destructive: true,
  idempotent: true,
  tellsPeople: true,
  output: messageAnswer,
};

export const handler = serveWriting(tool);
