import type { Atp, ChecklistState } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import type { Call } from '../call.ts';
import { inListOrder } from '../checklist.ts';
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
  refuseUnknownItem(atp, item);
  if (linkedAtpId !== undefined) knownAtp(snapshot, linkedAtpId);
  const { draft } = draftTransition(atp, { tool: 'checklist_update', to: atp.status }, {}, call);
  draft.set({ [`checklist/${item}`]: { state, ...(note && { note }), ...(linkedAtpId && { linkedAtpId }) } });
  return draft.toPlan({ action: 'answer', notes: `${item}: ${state}${note ? ` - ${note}` : ''}` });
};

/** Reviews differ in what they have to answer; what is no review has no such step at all. */
const refuseUnknownItem = ({ atpId, checklist }: Atp, item: string): void => {
  if (!checklist || checklist[item]) return;
  const message = `${atpId} asks for ${inListOrder(Object.keys(checklist)).join(', ')}; not for ${item}`;
  throw new Refusal('INVALID_INPUT', `${message}.`, { issues: [{ path: 'item', message }] });
};
