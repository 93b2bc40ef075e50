import { ulidOf } from '../../ids.ts';
import { type Atp, isDirective, type Message } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { type Call, iso } from '../call.ts';
import { Draft } from '../draft.ts';
import { flowOf } from '../flows.ts';
import { urgency } from '../messages.ts';
import { knownAtp, refuse, refuseClosed } from '../permit.ts';
import type { Plan, Snapshot } from '../write.ts';
import { betweenOperatorAndPm } from './message.ts';
import { draftTransition } from './transition.ts';

export type AcknowledgeInput = { messageId: string; notes?: string | undefined };

/**
 * `message_ack`. Acknowledging the newest directive to `@dev` takes the fix, where the flow has that step;
 * acknowledging anything else is a receipt. Either is written on the message.
 */
export const planAcknowledge = (
  input: AcknowledgeInput,
  atpId: string | undefined,
  snapshot: Snapshot,
  call: Call,
): Plan => {
  const message = atpId === undefined ? undefined : snapshot.message(input.messageId);
  if (atpId === undefined || !message) {
    throw new Refusal(
      'NOT_FOUND',
      `There is no message ${input.messageId}. message_list with open true shows the directives that wait for you.`,
    );
  }
  const atp = knownAtp(snapshot, atpId);
  if (!betweenOperatorAndPm(message.fromAgent, message.toAgent) && message.fromAgent !== '@system') {
    refuseClosed(atp, call.principal);
  }
  if (acknowledgedByCaller(message, call)) return { writes: [], answer: { atp, message } };
  refuseSuperseded(atp, message, call);
  const draft = takesTheFix(atp, message) ? draftOwnership(atp, message, call) : draftReceipt(atp, message, call);
  refuseTaken(atp, message, call);

  const acknowledged: Message = {
    ...message,
    acknowledgedAt: iso(draft.at),
    acknowledgedBy: call.principal,
    urgency: urgency(message.priority, ulidOf(message.messageId)),
  };
  const { acknowledgedAt, acknowledgedBy, urgency: place } = acknowledged;
  draft.beside({
    label: `acknowledgement of ${message.messageId}`,
    change: { kind: 'message', messageId: message.messageId },
    set: { acknowledgedAt, acknowledgedBy, urgency: place },
    remove: [],
    expect: { acknowledgedAt: undefined, supersededAt: undefined },
  });
  if (isDirective(message.messageType)) {
    draft.relyOn('directives').set({ [`directives/${message.toAgent}/open`]: false });
  }
  return draft.toPlan(
    { action: 'acknowledge', messageId: message.messageId, ...(input.notes && { notes: input.notes }) },
    { message: acknowledged },
  );
};

const acknowledgedByCaller = ({ acknowledgedBy: by }: Message, { principal }: Call): boolean =>
  by?.role === principal.role && by.name === principal.name;

const takesTheFix = (atp: Atp, { messageType, toAgent }: Message): boolean =>
  isDirective(messageType) &&
  toAgent === '@dev' &&
  flowOf(atp).transitions.some(({ effects }) => effects.takesOwnership);

const refuseSuperseded = (atp: Atp, message: Message, { principal }: Call): void => {
  const newest = atp.directives[message.toAgent]?.messageId;
  if (!isDirective(message.messageType) || (newest === message.messageId && !message.supersededAt)) return;
  throw refuse(
    'INVALID_TRANSITION',
    newest === message.messageId
      ? 'This directive was withdrawn; nothing is left to acknowledge.'
      : `A newer directive superseded this one. Acknowledge ${newest} instead.`,
    atp,
    principal,
  );
};

/** The write expects a message that nobody acknowledged, so the plan asks for one too: else it could never end. */
const refuseTaken = (atp: Atp, { acknowledgedBy }: Message, { principal }: Call): void => {
  if (!acknowledgedBy) return;
  throw refuse(
    'ALREADY_ACKNOWLEDGED',
    `${acknowledgedBy.name} acknowledged this message first. Nothing is left to do here.`,
    atp,
    principal,
  );
};

const draftOwnership = (atp: Atp, { messageId }: Message, call: Call): Draft =>
  draftTransition(atp, { tool: 'message_ack', to: atp.status }, {}, call, messageId).draft;

const draftReceipt = (atp: Atp, message: Message, call: Call): Draft => {
  const { principal } = call;
  if (message.toAgent !== principal.role) {
    throw refuse(
      'ROLE_NOT_PERMITTED',
      `This message is addressed to ${message.toAgent}; you are ${principal.role}.`,
      atp,
      principal,
    );
  }
  return Draft.of(atp, call);
};
