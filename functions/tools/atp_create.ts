import * as z from 'zod/mini';
import { writtenAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { servedTypes } from '../../lib/flow/flows.ts';
import { foreignSettings, planCreate } from '../../lib/flow/plan/create.ts';
import { followedUp, idsAfterFrom } from '../../lib/flow/source.ts';
import { priorities, qaSettings } from '../../lib/model.ts';
import { across, atpId, notes, role, title } from '../../lib/schema.ts';
import { atpKeys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'atp_create',
  input: z
    .strictObject({
      title: title(),
      type: z.enum(servedTypes),
      agent: z.optional(role()),
      atpId: z.optional(atpId()),
      notes: z.optional(notes()),
      sourceAtpId: z.optional(atpId()),
      priority: z.optional(z.enum(priorities)),
      qa: z.optional(z.enum(qaSettings)),
      codeReview: z.optional(z.boolean()),
      dependencies: z.optional(z.array(atpId()).check(z.maxLength(50, 'more than 50 entries'))),
    })
    .check(across(({ type, qa, codeReview }) => foreignSettings(type, { qa, codeReview }))),
  reads: ({ atpId, sourceAtpId, notes, dependencies = [] }) =>
    atpKeys(atpId, sourceAtpId, ...idsAfterFrom(notes), ...dependencies),
  plan: planCreate,
  meets: followedUp,
});

export const documentation: Documentation = {
  title: 'Queue an ATP',
  description:
    'Queues an ATP, by @pm. A review of a closed hotfix (sourceAtpId, or notes that say "from hotfix <id>") meets the follow-up it owes; a second review of the same source answers with the first and created false. A hotfix or an emergency is never queued: start it with atp_set. A standard ATP takes qa (whether closing needs a test by @qa) and codeReview. dependencies are ATPs that have to be closed before it.',
  output: writtenAnswer,
  fields: {
    atpId: 'An id of your choosing; left out, the service makes one.',
  },
};

export const handler = serveWriting(tool);
