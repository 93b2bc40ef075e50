/** The tools that send and acknowledge messages, as the contract has them. */

import type { MessageType, Priority, Role } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { usualPriority } from './flows.ts';
import { ways } from './input.ts';
import { answer, knownAtp, type Made, type Request } from './request.ts';
import { stepTo } from './step.ts';
import { meet } from './tool-close.ts';
import {
  type Call,
  isDirectiveType,
  isOver,
  type Letter,
  type ModelAtp,
  Refused,
  refuseIf,
  system,
  type World,
} from './world.ts';

type Fields = { messageType: MessageType; toAgent: Role; priority?: Priority; requiresAck?: boolean };

const betweenOperatorAndPm = (one: Role, other: Role): boolean =>
  (one === '@operator' && other === '@pm') || (one === '@pm' && other === '@operator');

export const messageSend = (request: Request): Made => {
  const { doer, names } = request;
  const { messageType, toAgent, priority, requiresAck } = request.body as Fields;
  const atp = knownAtp(request);
  if (messageType === 'Handoff') return handOff(request, 'message_send');
  refuseIf(isOver(atp) && !betweenOperatorAndPm(doer.role, toAgent), 'ATP_CLOSED');
  const late = messageType === 'HITLNotification' && doer.role === '@pm' ? notifiedBySystem(atp) : undefined;
  if (late) return { atps: [], answer: answer(atp, { message: late, created: false }) };
  const { from } = ways[messageType];
  refuseIf(!(from as readonly Role[]).includes(doer.role), 'ROLE_NOT_PERMITTED');
  const directive = isDirectiveType(messageType);
  const edit = new Edit(atp, doer);
  const message = edit.send({
    type: messageType,
    to: toAgent,
    priority: priority ?? (directive ? usualPriority(atp.type) : 'P2-Normal'),
    requiresAck: requiresAck ?? directive,
    id: names.messageId,
  });
  if (directive) edit.direct(message);
  if (messageType === 'HITLNotification') meet(edit, 'hitlNotification');
  const after = edit.tell(directive ? 'direct' : 'message').done();
  return { atps: [after], answer: answer(after, { message }) };
};

/** The one notification of a closure, where the service had to make it. */
const notifiedBySystem = (atp: ModelAtp): Letter | undefined =>
  atp.owes?.hitlNotification.by === system.name
    ? atp.messages.findLast(({ type, from }) => type === 'HITLNotification' && from === '@system')
    : undefined;

const handoffPriority = (atp: ModelAtp | undefined): Priority | undefined =>
  atp?.type === 'emergency' ? 'P0-Critical' : undefined;

/** The priority of a handoff is a fault of the input, which comes before who sends it to whom. */
export const weighHandoff = ({ atps }: World, { tool, body }: Call): void => {
  if (tool !== 'handoff' && !(tool === 'message_send' && body.messageType === 'Handoff')) return;
  const only = handoffPriority(atps[String(body.atpId)]);
  refuseIf(only && body.priority !== undefined && body.priority !== only, 'INVALID_INPUT');
};

/** A handoff by either tool. That of an emergency has one priority. */
export const handOff = (request: Request, door: 'handoff' | 'message_send' = 'handoff'): Made => {
  const { doer, body, names } = request;
  const { priority, requiresAck } = body as Partial<Fields>;
  const atp = knownAtp(request);
  const only = handoffPriority(atp);
  const { edit, from } = stepTo(atp, door, 'Complete', doer, door === 'handoff' ? body : {});
  const message = edit.send({
    type: 'Handoff',
    to: '@pm',
    priority: priority ?? only ?? 'P2-Normal',
    requiresAck: requiresAck ?? false,
    id: names.messageId,
  });
  edit.set({ handedOff: true }).tell('handoff', { from, to: 'Complete' });
  if (atp.type === 'emergency' && from !== 'Complete') edit.tellNotice();
  const after = edit.done();
  return { atps: [after], answer: answer(after, { message }) };
};

const addressed = ({ world, body }: Request): { atp: ModelAtp; place: number } => {
  for (const atp of Object.values(world.atps)) {
    const place = atp.messages.findIndex(({ id }) => id !== undefined && id === body.messageId);
    if (place >= 0) return { atp, place };
  }
  throw new Refused('NOT_FOUND');
};

export const messageAck = (request: Request): Made => {
  const { doer } = request;
  const { atp, place } = addressed(request);
  const letter = atp.messages[place];
  if (!letter) throw new Refused('NOT_FOUND');
  const { type, from, to, acknowledgedBy } = letter;
  refuseIf(isOver(atp) && !betweenOperatorAndPm(from, to) && from !== '@system', 'ATP_CLOSED');
  if (acknowledgedBy === doer.name) return { atps: [], answer: answer(atp, { message: letter }) };
  const directive = isDirectiveType(type);
  refuseIf(directive && atp.directives[to]?.place !== place, 'INVALID_TRANSITION');
  const takes = directive && to === '@dev' && atp.type !== 'review';
  refuseIf(takes && atp.status === 'Deferred', 'INVALID_TRANSITION');
  refuseIf(doer.role !== to, 'ROLE_NOT_PERMITTED');
  refuseIf(acknowledgedBy !== undefined, 'ALREADY_ACKNOWLEDGED');
  const edit = new Edit(atp, doer);
  const message = edit.acknowledge(place, doer.name);
  edit.tell('acknowledge');
  if (takes) edit.set({ owner: doer.name, acknowledged: true });
  if (takes && atp.type === 'emergency') {
    edit.notifyOperator(atp.priority);
    edit.tellNotice();
  }
  const after = edit.done();
  return { atps: [after], answer: answer(after, { message }) };
};
