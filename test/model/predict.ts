/** What the service answers to a call, or does when a timer fires, and the world that it leaves. */

import type { ToolName } from '../../lib/model.ts';
import { firedMark } from './deadlines.ts';
import { Edit } from './edit.ts';
import { weighIncident, weighInput, weighReceiver } from './input.ts';
import { answer, type Made, type Request } from './request.ts';
import { atpClose, meet, reviewed } from './tool-close.ts';
import { atpCreate, sourceOf } from './tool-create.ts';
import { atpChangeStatus } from './tool-move.ts';
import { atpSet } from './tool-set.ts';
import { handOff, messageAck, messageSend, weighHandoff } from './tools-message.ts';
import { artifactCreate, checklistUpdate } from './tools-report.ts';
import {
  type Act,
  type Answer,
  type Call,
  doerOf,
  type Firing,
  isFiring,
  type Names,
  Refused,
  refuseIf,
  system,
  type World,
  withAtp,
} from './world.ts';

export type Predicted = { world: World; answer: Answer };

const tools: Partial<Record<ToolName, (request: Request) => Made>> = {
  atp_set: atpSet,
  atp_create: atpCreate,
  atp_change_status: atpChangeStatus,
  atp_close: atpClose,
  handoff: (request) => handOff(request),
  message_send: messageSend,
  message_ack: messageAck,
  artifact_create: artifactCreate,
  checklist_update: checklistUpdate,
};

export const predict = (world: World, act: Act, names: Names): Predicted => {
  try {
    return isFiring(act) ? fired(world, act, names) : called(world, act, names);
  } catch (error) {
    if (error instanceof Refused) return { world, answer: { outcome: error.code } };
    throw error;
  }
};

const called = (world: World, call: Call, names: Names): Predicted => {
  const { who, tool, body, key, turn } = call;
  const marker = key && `${who} ${key}`;
  const request = JSON.stringify([tool, body]);
  weighInput(call);
  const earlier = marker ? world.keys[marker] : undefined;
  refuseIf(earlier && earlier.request !== request, 'IDEMPOTENCY_MISMATCH');
  if (earlier) return { world, answer: { ...earlier.answer, replayed: true } };
  weighTurn(world, call);
  weighIncident(call);
  weighHandoff(world, call);
  weighReceiver(call);
  const made = tools[tool]?.({ world, doer: doerOf(who), body, names });
  if (!made) throw new Error(`the model has no ${tool}`);
  const after = made.atps.reduce(withAtp, world);
  const { atpId, endOfMessage } = made.answer;
  return {
    answer: made.answer,
    world: {
      ...after,
      ...(turn && endOfMessage && atpId && { turns: { ...after.turns, [`${who} ${turn}`]: atpId } }),
      ...(marker && { keys: { ...after.keys, [marker]: { request, answer: made.answer } } }),
    },
  };
};

/** A closure ends its turn, but for what meets the obligations of that ATP. */
const weighTurn = (world: World, { who, tool, body, turn }: Call): void => {
  const ended = turn && world.turns[`${who} ${turn}`];
  if (!ended) return;
  const { owes } = world.atps[ended] ?? {};
  const notifies =
    tool === 'message_send' &&
    body.messageType === 'HITLNotification' &&
    body.atpId === ended &&
    (owes?.hitlNotification.state === 'open' || owes?.hitlNotification.by === system.name);
  refuseIf(!notifies && !(tool === 'atp_create' && owes && follows(world, body) === ended), 'MESSAGE_BOUNDARY');
};

const follows = (world: World, body: Call['body']): string | undefined => {
  if (body.type !== 'review' || (body.sourceAtpId !== undefined && !world.atps[String(body.sourceAtpId)]))
    return undefined;
  return sourceOf(world, body)?.id;
};

/** A timer does nothing once the ATP waits for something else, or has been told of it. */
const fired = (world: World, { timer, mark }: Firing, names: Names): Predicted => {
  const { atpId, deadline } = timer;
  const atp = world.atps[atpId];
  const running = atp?.deadlines[deadline];
  const holds = running?.due && running.waitsFor === mark?.waitsFor && running.firings === mark.firings;
  if (!atp || !holds) return { world, answer: { outcome: 'nothing' } };
  const edit = new Edit(atp, system);
  if (deadline !== 'obligations') {
    const message = edit.send({ type: 'Escalation', to: '@operator', priority: atp.priority, id: names.messageId });
    edit.set({ deadlines: { ...atp.deadlines, [deadline]: firedMark(deadline, running) } }).tell('escalate');
    return { world: withAtp(world, edit.done()), answer: { outcome: 'fired', message } };
  }
  const review = atp.owes?.followUp.state === 'open' ? reviewed(edit, atp, names.followUpId ?? '?') : undefined;
  const type = atp.owes?.hitlNotification.state === 'open' ? 'HITLNotification' : 'Escalation';
  const message = edit.send({ type, to: '@operator', priority: 'P2-Normal', id: names.messageId });
  const after = meet(edit, 'hitlNotification').tell('meetObligations').done();
  const more = { message, ...(review && { followUpId: review.id }) };
  return {
    world: [after, ...(review ? [review] : [])].reduce(withAtp, world),
    answer: { ...answer(after, more), outcome: 'fired' },
  };
};
