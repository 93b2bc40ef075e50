/** A step from one status to another, at whichever door it is asked for. */

import type { Gates, Stage, Status } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { gatesOf, handsOffAgain, type Move, moves, type StepInput } from './flows.ts';
import { type Body, type Doer, isIncident, isOver, type Letter, type ModelAtp, Refused, refuseIf } from './world.ts';

export type Door = 'atp_set' | 'atp_change_status' | 'atp_close' | 'handoff' | 'message_send';

const isMessage = (door: Door): boolean => door === 'handoff' || door === 'message_send';

/** Gates of another flow, or of one that has none, are a fault of the input. */
export const weighGates = ({ type }: ModelAtp, gates: Gates | undefined): void => {
  const names = gatesOf[type];
  refuseIf(gates && !(names.length > 0 && names.every((name) => name in gates)), 'INVALID_INPUT');
};

const found = (atp: ModelAtp, door: Door, to: Status): Move => {
  const again = isMessage(door) && atp.status === 'Complete' && to === 'Complete';
  const move = again ? handsOffAgain(atp) : moves[atp.type][atp.status]?.[to];
  if (move) return isMessage(door) ? { ...move, roles: ['@dev'] } : move;
  const restart = to === 'InProgress' && atp.status === to && (door === 'atp_set' || door === 'atp_change_status');
  throw new Refused(restart ? 'ALREADY_EXISTS' : 'INVALID_TRANSITION');
};

/** The move, whatever its guards say. */
export const movable = (atp: ModelAtp, door: Door, to: Status, { role }: Doer): Move => {
  refuseIf(isOver(atp), 'ATP_CLOSED');
  const move = found(atp, door, to);
  refuseIf(!move.roles.includes(role), 'ROLE_NOT_PERMITTED');
  return move;
};

export type Step = { edit: Edit; move: Move; from: Status; notice?: Letter };

/** `noticeId` names the service's notice to the operator, where the answer shows it. */
export const stepTo = (
  atp: ModelAtp,
  door: Door,
  to: Status,
  doer: Doer,
  body: Body,
  noticeId?: string | undefined,
): Step => {
  const input = body as StepInput & { stage?: Stage; evidence?: string[] };
  const move = movable(atp, door, to, doer);
  for (const guard of move.guards) guard(atp, doer, input);
  const edit = new Edit(atp, doer);
  edit.set({ ...(input.evidence && { evidence: input.evidence }) });
  if (to !== atp.status) {
    edit.move(to, input.stage);
    enter(edit, atp, to, input.gates);
  }
  const tells = door !== 'atp_close' && to !== atp.status && tellsOperator(atp, to);
  if (!tells) return { edit, move, from: atp.status };
  const notice = edit.notifyOperator(isOver(edit.atp) ? 'P2-Normal' : edit.atp.priority, noticeId);
  return { edit, move, from: atp.status, notice };
};

const enter = (edit: Edit, before: ModelAtp, to: Status, gates: Gates | undefined): void => {
  const isWork = before.type === 'bugfix' || before.type === 'standard';
  if (to === 'Complete') edit.complete().set({ ...(isWork && { owner: edit.doer.name }) });
  if (to === 'InProgress' && (before.status === 'Complete' || before.status === 'Deployed')) edit.sendBack();
  if (to === 'Deployed') edit.set({ deployedAt: edit.at });
  if (to === 'Rejected') edit.end();
  if (to !== 'Closed') return;
  const attested = gates ?? before.report;
  edit.end().set({ ...(attested && { gates: attested }) });
  if (isIncident(before)) edit.set({ owes: { hitlNotification: { state: 'open' }, followUp: { state: 'open' } } });
};

/** Of every step of an emergency, and of a hotfix that was none. */
const tellsOperator = ({ type }: ModelAtp, to: Status): boolean =>
  type === 'emergency' || (type === 'hotfix' && to === 'Rejected');
