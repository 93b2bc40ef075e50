import * as z from 'zod/mini';
import { writtenAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { checklistItems } from '../../lib/flow/checklist.ts';
import { planChecklist } from '../../lib/flow/plan/checklist.ts';
import { across, atpId, checklistState, notes, role } from '../../lib/schema.ts';
import { atpKeys } from '../../lib/store/keys.ts';
import { serveWriting, writingTool } from '../../lib/writing-tool.ts';

export const tool = writingTool({
  name: 'checklist_update',
  input: z
    .strictObject({
      atpId: atpId(),
      agent: z.optional(role()),
      item: z.enum(checklistItems),
      state: checklistState(),
      note: z.optional(notes()),
      linkedAtpId: z.optional(atpId()),
    })
    .check(
      across(({ state, note, linkedAtpId }) => {
        if (note !== undefined || (state === 'done' && linkedAtpId !== undefined)) return [];
        if (state === 'done') return [{ path: 'note', message: 'done needs a note or a linkedAtpId' }];
        return state === 'not-applicable' ? [{ path: 'note', message: 'not-applicable needs a note' }] : [];
      }),
    ),
  reads: ({ atpId, linkedAtpId }) => atpKeys(atpId, linkedAtpId),
  plan: planChecklist,
});

export const documentation: Documentation = {
  title: "Answer an item of a review's checklist",
  description:
    'On a review in progress, by @pm or @dev: marks an item done (with a note or a linkedAtpId), not-applicable (with a note), or open again. Once no item is open, complete the review (atp_change_status), then close it.',
  destructive: true,
  output: writtenAnswer,
};

export const handler = serveWriting(tool);
