/** `atp_close`, and what a closed incident owes. */

import type { Gates } from '../../lib/model.ts';
import type { Edit } from './edit.ts';
import { newAtp, queued } from './new-atp.ts';
import { answer, knownAtp, type Made, type Request } from './request.ts';
import { titleShown } from './seen.ts';
import { stepTo, weighGates } from './step.ts';
import { released } from './tool-move.ts';
import { isIncident, isOver, type ModelAtp, refuseIf } from './world.ts';

type Closing = {
  gates?: Gates;
  summary?: string;
  notification?: object;
  followUp?: { title?: string; notes?: string; atpId?: string };
};

export const atpClose = (request: Request): Made => {
  const { world, doer, names } = request;
  const { gates, summary, notification, followUp } = request.body as Closing;
  const atp = knownAtp(request);
  const owes = isIncident(atp);
  weighGates(atp, gates);
  refuseIf(!owes && !isOver(atp) && (notification ?? followUp) !== undefined, 'INVALID_INPUT');
  refuseIf(!isOver(atp) && followUp?.atpId !== undefined && followUp.atpId in world.atps, 'ALREADY_EXISTS');
  const { edit, move, from } = stepTo(atp, 'atp_close', 'Closed', doer, request.body);
  edit.set({ ...(summary && { summary }) });
  const review = owes ? reviewed(edit, atp, followUp?.atpId ?? names.followUpId ?? '?', followUp) : undefined;
  const message = owes ? notified(edit, names.messageId) : undefined;
  const after = edit.tell(move.step, { from, to: 'Closed' }).done();
  const more = { endOfMessage: true as const, ...(message && { message }), ...(review && { followUpId: review.id }) };
  return { atps: [after, ...(review ? [review] : []), ...released(request, after)], answer: answer(after, more) };
};

const notified = (edit: Edit, id: string | undefined) => {
  meet(edit, 'hitlNotification');
  return edit.send({ type: 'HITLNotification', to: '@operator', priority: 'P2-Normal', id });
};

export const meet = (edit: Edit, kind: 'hitlNotification' | 'followUp'): Edit => {
  const { owes } = edit.atp;
  return owes?.[kind].state === 'open'
    ? edit.set({ owes: { ...owes, [kind]: { state: 'met', by: edit.doer.name } } })
    : edit;
};

/** The review that a closed incident owes. */
export const reviewed = (
  edit: Edit,
  source: ModelAtp,
  id: string,
  { title = `Post-Incident Review: ${titleShown(source)}`, notes }: { title?: string; notes?: string } = {},
): ModelAtp => {
  meet(edit, 'followUp').set({ followUpId: id });
  return queued(newAtp(id, 'review', edit.doer), edit.doer, { title, notes, source });
};
