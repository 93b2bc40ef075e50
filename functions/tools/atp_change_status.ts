import * as z from 'zod/mini';
import { writtenAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { knownAtp } from '../../lib/flow/permit.ts';
import { planTransition } from '../../lib/flow/plan/transition.ts';
import { stages, statuses } from '../../lib/model.ts';
import { atpId, notes, role } from '../../lib/schema.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'atp_change_status',
  input: z.strictObject({
    atpId: atpId(),
    status: z.enum(statuses),
    agent: z.optional(role()),
    stage: z.optional(z.enum(stages)),
    notes: z.optional(notes()),
    alertOverride: z.optional(notes()),
  }),
  reads: ({ atpId }) => [keys.atp(atpId)],
  plan: (input, snapshot, call) =>
    planTransition(knownAtp(snapshot, input.atpId), { tool: 'atp_change_status', to: input.status }, input, call),
});

export const documentation: Documentation = {
  title: 'Move an ATP to another status',
  description:
    "Performs the flow's transition to a status for your role, with the same guards as every other tool. Closed is the same closing as atp_close, but leaves the operator's notification and the review to be made by message_send and atp_create.",
  destructive: true,
  idempotent: true,
  tellsPeople: true,
  output: writtenAnswer,
};

export const handler = serveWriting(tool);
