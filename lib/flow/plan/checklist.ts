import type { ChecklistState } from '../../model.ts';
import type { Call } from '../call.ts';
import { knownAtp } from '../permit.ts';
import type { Plan, Snapshot } from '../write.ts';
import { draftTransition } from './transition.ts';

export type ChecklistInput = {
  atpId: string;
  item: string;
  state: ChecklistState;
  note?: string | undefined;
  linkedAtpId?: string | undefined;
};

/** `checklist_update`: answers one item of a review, or opens it again. */
export const planChecklist = (input: ChecklistInput, snapshot: Snapshot, call: Call): Plan => {
  const { item, state, note, linkedAtpId } = input;
  const atp = knownAtp(snapshot, input.atpId);
  if (linkedAtpId !== undefined) knownAtp(snapshot, linkedAtpId);
  const { draft } = draftTransition(atp, { tool: 'checklist_update', to: atp.status }, {}, call);
  draft.set({ [`checklist/${item}`]: { state, ...(note && { note }), ...(linkedAtpId && { linkedAtpId }) } });
  return draft.toPlan({ action: 'answer', notes: `${item}: ${state}${note ? ` - ${note}` : ''}` });
};
