import * as z from 'zod/mini';
import { writtenAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { servedTypes } from '../../lib/flow/flows.ts';
import { planSet } from '../../lib/flow/plan/start.ts';
import { priorities, qaSettings, stages, statuses } from '../../lib/model.ts';
import { across, atpId, incident, list, notes, role, title } from '../../lib/schema.ts';
import { keys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'atp_set',
  input: z
    .strictObject({
      atpId: atpId(),
      status: z.optional(z.enum(statuses)),
      agent: z.optional(role()),
      title: z.optional(title()),
      notes: z.optional(notes()),
      stage: z.optional(z.enum(stages)),
      priority: z.optional(z.enum(priorities)),
      incident: z.optional(incident()),
      evidence: z.optional(list()),
      type: z.optional(z.enum(servedTypes)),
      drill: z.optional(z.boolean()),
      qa: z.optional(z.enum(qaSettings)),
    })
    .check(
      across(({ stage, status, qa }) => [
        ...(stage !== undefined && status === undefined ? [{ path: 'stage', message: 'goes with a status' }] : []),
        ...(qa !== undefined && status !== undefined ? [{ path: 'qa', message: 'goes without a status' }] : []),
      ]),
    ),
  reads: ({ atpId }) => [keys.atp(atpId)],
  plan: planSet,
});

export const documentation: Documentation = {
  title: 'Start, move or correct an ATP',
  description:
    "With a new atpId and status InProgress, @pm starts a hotfix at once, or with type emergency an emergency. With a known atpId and a status, performs the flow's transition to it for your role. With a known atpId and no status, @pm corrects title, notes, priority, incident or evidence, decides qa where that was left to @pm, or raises a running hotfix (type emergency).",
  destructive: true,
  tellsPeople: true,
  output: writtenAnswer,
  fields: {
    status: 'Of a new ATP: InProgress. Left out, the call corrects what the ATP says.',
    atpId: 'A new id of your choosing starts an ATP; a known one names it.',
    type: 'Of a new ATP: hotfix (left out) or emergency. On a running hotfix, without a status: emergency raises it.',
  },
};

export const handler = serveWriting(tool);
