/** `atp_set`, as the contract has it: starts what is new, moves what is known, corrects it, decides or raises it. */

import type { QaSetting } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { type Fields, given, newAtp } from './new-atp.ts';
import { answer, type Made, type Request } from './request.ts';
import { movable, stepTo } from './step.ts';
import { moved } from './tool-move.ts';
import { type Body, isOver, type ModelAtp, refuseIf } from './world.ts';

export const atpSet = (request: Request): Made => {
  const { world, doer } = request;
  const body = request.body as Fields & Body;
  const atp = world.atps[body.atpId];
  if (!atp) return start(request, body);
  const { title, notes, priority, incident, evidence, qa } = body;
  refuseIf(qa !== undefined && atp.qa === undefined, 'INVALID_INPUT');
  refuseIf(isOver(atp), 'ATP_CLOSED');
  const merged = incident && { ...atp.incident, ...incident };
  const corrections = given({ title, priority, incident: merged });
  if (isRaise(atp, body)) return raise(request, atp, corrections, evidence);
  refuseIf(changesKind(atp, body), 'INVALID_TRANSITION');
  if (qa !== undefined && qa !== atp.qa) return decide(request, atp, qa, given({ ...corrections, evidence }));
  if (body.status) {
    if (Object.keys(corrections).length > 0) {
      movable(atp, 'atp_set', body.status, doer);
      refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
    }
    return moved(request, stepTo(atp, 'atp_set', body.status, doer, body, request.names.messageId), corrections);
  }
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const changes = given({ ...corrections, notes, evidence });
  if (Object.keys(changes).length === 0) return { atps: [], answer: answer(atp) };
  const after = new Edit(atp, doer).set(changes).tell('correct').done();
  return { atps: [after], answer: answer(after) };
};

const start = (
  { doer, names }: Request,
  { atpId, status, type = 'hotfix', priority, stage, ...more }: Fields,
): Made => {
  refuseIf((type !== 'hotfix' && type !== 'emergency') || status !== 'InProgress', 'INVALID_TRANSITION');
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const { title, notes, incident, evidence, drill } = more;
  const edit = new Edit(newAtp(atpId, type, doer, priority), doer)
    .move('InProgress', stage)
    .set(given({ title, notes, incident, evidence, drill: drill || undefined }) as Partial<ModelAtp>);
  const notice = type === 'emergency' ? edit.notifyOperator(edit.atp.priority, names.messageId) : undefined;
  const after = edit.tell('start', { to: 'InProgress' }).done();
  return { atps: [after], answer: answer(after, { created: true, ...(notice && { message: notice }) }) };
};

const isRaise = (atp: ModelAtp, { type, status, drill }: Fields): boolean =>
  atp.type === 'hotfix' &&
  type === 'emergency' &&
  status === undefined &&
  (drill === undefined || drill === (atp.drill ?? false));

/** Raised: its history and its owner stay, its gates are others. */
const raise = (
  { doer, names }: Request,
  atp: ModelAtp,
  corrections: Partial<ModelAtp>,
  evidence: string[] | undefined,
): Made => {
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const edit = new Edit(atp, doer).set(given({ type: 'emergency', priority: 'P0-Critical', evidence }) as typeof atp);
  edit.forget('report');
  const notice = edit.notifyOperator(edit.atp.priority, names.messageId);
  const after = edit.set(corrections).tell('raise').done();
  return { atps: [after], answer: answer(after, { message: notice }) };
};

const changesKind = (atp: ModelAtp, { type, drill, status }: Fields): boolean =>
  !(status === 'InProgress' && atp.status === 'InProgress') &&
  ((type !== undefined && type !== atp.type) || (drill !== undefined && drill !== (atp.drill ?? false)));

const decide = ({ doer }: Request, atp: ModelAtp, qa: QaSetting, corrections: Partial<ModelAtp>): Made => {
  refuseIf(atp.status === 'Deferred', 'INVALID_TRANSITION');
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  refuseIf(atp.qa !== 'pm-decision', 'INVALID_TRANSITION');
  const after = new Edit(atp, doer)
    .set({ ...corrections, qa })
    .tell('decide')
    .done();
  return { atps: [after], answer: answer(after) };
};
