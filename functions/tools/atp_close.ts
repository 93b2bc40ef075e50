import * as z from 'zod/mini';
import { writtenAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { openedBy, planClose } from '../../lib/flow/plan/close.ts';
import { across, atpId, BODY_LIMIT, body, gates, isText, notes, role, title } from '../../lib/schema.ts';
import { atpKeys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'atp_close',
  input: z
    .strictObject({
      atpId: atpId(),
      agent: z.optional(role()),
      gates: z.optional(gates()),
      summary: z.optional(notes()),
      notification: z.optional(z.strictObject({ subject: z.optional(title()), body: z.optional(body()) })),
      followUp: z.optional(
        z.strictObject({ title: z.optional(title()), notes: z.optional(notes()), atpId: z.optional(atpId()) }),
      ),
      alertOverride: z.optional(notes()),
    })
    .check(
      across(({ summary, notification }) => {
        const { body } = (notification ?? {}) as { body?: unknown };
        if (!isText(summary) || !isText(body) || Buffer.byteLength(openedBy(summary, body)) <= BODY_LIMIT) return [];
        const message = `summary and notification.body, one message, are larger than its limit of ${BODY_LIMIT} bytes`;
        return [{ path: 'notification', message, tooLarge: true }];
      }),
    ),
  reads: ({ atpId, followUp }) => atpKeys(atpId, followUp?.atpId),
  plan: planClose,
});

export const documentation: Documentation = {
  title: 'Close an ATP',
  description:
    'Closes a verified ATP, by @pm: the closure, the notification of the operator and the queued post-incident review, in one transaction. Needs a handoff and a PMVerificationReport made since the fix was completed. A review needs neither: it has to be Complete with no item open, and owes nothing. Closing ends your message.',
  destructive: true,
  idempotent: true,
  tellsPeople: true,
  output: writtenAnswer,
};

export const handler = serveWriting(tool);
