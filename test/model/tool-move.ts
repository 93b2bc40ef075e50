/** `atp_change_status`, and what follows from any move. */

import type { Status } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { answer, knownAtp, type Made, type Request } from './request.ts';
import { type Step, stepTo } from './step.ts';
import { isOver, type ModelAtp } from './world.ts';

export const atpChangeStatus = (request: Request): Made => {
  const { doer, body, names } = request;
  const atp = knownAtp(request);
  return moved(request, stepTo(atp, 'atp_change_status', body.status as Status, doer, body, names.messageId));
};

export const moved = (
  request: Request,
  { edit, move, from, notice }: Step,
  corrections: Partial<ModelAtp> = {},
): Made => {
  const after = edit.set(corrections).tell(move.step, { from, to: edit.atp.status }).done();
  const over = isOver(after);
  return {
    atps: [after, ...(over ? released(request, after) : [])],
    answer: answer(after, { ...(notice && { message: notice }), ...(over && { endOfMessage: true }) }),
  };
};

/** What waited for it waits no longer. */
export const released = ({ world, doer }: Request, { id, dependents }: ModelAtp): ModelAtp[] =>
  dependents.flatMap((dependent) => {
    const atp = world.atps[dependent];
    if (!atp) return [];
    return [new Edit(atp, doer).set({ waitsOn: atp.waitsOn.filter((each) => each !== id) }).tell('release').atp];
  });
