import * as z from 'zod/mini';
import { planClose } from '../../lib/flow/plan/close.ts';
import { atpId, body, gates, notes, role, title } from '../../lib/schema.ts';
import { atpRef, defineTool, serve } from '../../lib/tool.ts';

export const tool = defineTool({
  name: 'atp_close',
  title: 'Close an ATP',
  description:
    'Closes a verified ATP, by @pm: the closure, the notification of the operator and the queued post-incident review, in one transaction. Needs a handoff and a PMVerificationReport made since the fix was completed. Closing ends your message.',
  input: z.strictObject({
    atpId,
    agent: z.optional(role),
    gates: z.optional(gates),
    summary: z.optional(notes),
    notification: z.optional(z.strictObject({ subject: z.optional(title), body: z.optional(body) })),
    followUp: z.optional(
      z.strictObject({ title: z.optional(title), notes: z.optional(notes), atpId: z.optional(atpId) }),
    ),
    alertOverride: z.optional(notes),
  }),
  reads: ({ atpId, followUp }) => [atpId, followUp?.atpId].flatMap(atpRef),
  plan: planClose,
});

export const handler = serve(tool);
