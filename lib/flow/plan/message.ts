import {
  type Atp,
  isClosed,
  isDirective,
  type Message,
  type MessageType,
  type Priority,
  type Role,
} from '../../model.ts';
import { type Call, iso } from '../call.ts';
import { Draft } from '../draft.ts';
import { waitsFor } from '../emergencies.ts';
import { flowOf } from '../flows.ts';
import { maySend, messageRules } from '../messages.ts';
import { insteadOf, knownAtp, refuse, refuseClosed, refuseSelfMessage } from '../permit.ts';
import { restsOn } from '../question.ts';
import { type Plan, type Snapshot, Unsettled } from '../write.ts';
import { planHandoff, refuseOtherPriority } from './handoff.ts';
import { answered, asked, questionOf, refuseDecided, refuseUnknownQuestion } from './question.ts';
import { withdrawal } from './transition.ts';

export type MessageInput = {
  atpId: string;
  toAgent: Role;
  messageType: MessageType;
  priority?: Priority | undefined;
  subject: string;
  body: string;
  requiresAck?: boolean | undefined;
  options?: string[] | undefined;
  recommendation?: string | undefined;
  inReplyTo?: string | undefined;
  option?: string | undefined;
};

/**
 * `message_send`. The receiver was checked with the input: it depends on the type alone. Of the ATP, what is `unchanged`
 * must still be as it was read when the message is written.
 */
export const planMessage = (
  input: MessageInput,
  snapshot: Snapshot,
  call: Call,
  unchanged: readonly (keyof Atp)[] = [],
): Plan => {
  const { messageType, toAgent, inReplyTo, option } = input;
  if (messageType === 'Handoff') refuseOtherPriority(snapshot.atp(input.atpId), input.priority);
  const question = questionOf(input, snapshot);
  refuseSelfMessage(snapshot.atp(input.atpId), call.principal, toAgent);
  const atp = knownAtp(snapshot, input.atpId);
  refuseUnknownQuestion(input, question);
  if (messageType === 'Handoff') return planHandoff(atp, { ...input, tool: 'message_send' }, call);
  if (!betweenOperatorAndPm(call.principal.role, toAgent)) refuseClosed(atp, call.principal);
  refuseDecided(question, snapshot, call);
  if (call.principal.role === '@pm' && isLate(input, atp)) return alreadyNotified(atp, snapshot);
  refuseWrongSender(atp, messageType, call);

  // A question is bound to the state that it was asked in: one that is just changing is read anew.
  const draft = Draft.of(atp, call).relyOn(...(input.options ? restsOn : unchanged));
  const flow = flowOf(atp);
  const directive = isDirective(messageType);
  const message = draft.send({
    toAgent,
    messageType,
    priority: input.priority ?? (directive ? flow.defaultDirectivePriority : 'P2-Normal'),
    subject: input.subject,
    body: input.body,
    requiresAck: input.requiresAck ?? directive,
    ...asked(input, draft, call),
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(option !== undefined && { option }),
  });
  if (question) draft.beside(answered(question, message));
  if (directive) supersede(draft, message, toAgent);
  if (messageType === 'HITLNotification' && atp.hitlNotification?.state === 'open')
    meetNotification(draft, message, call);
  return draft.toPlan(
    { action: directive ? 'direct' : 'message', messageId: message.messageId, notes: `${messageType} to ${toAgent}` },
    { message: directive ? { ...message, ...waiting(message, draft, snapshot) } : message },
  );
};

/** What the receiver sees to first; a directive of an emergency waits for none, also where it is the first of it. */
const waiting = (message: Message, { after }: Draft, snapshot: Snapshot): { waitsFor?: string[] } => {
  const before = flowOf(after).takesPrecedence ? undefined : waitsFor(message, snapshot.emergencies());
  return before ? { waitsFor: before } : {};
};

/** The notification of a closure that the service has made itself: there is one, and the caller's comes too late. */
const isLate = ({ messageType }: MessageInput, { status, hitlNotification }: Atp): boolean =>
  messageType === 'HITLNotification' && isClosed(status) && hitlNotification?.metBy?.role === '@system';

const alreadyNotified = (atp: Atp, snapshot: Snapshot): Plan => {
  const messageId = atp.hitlNotification?.messageId ?? '';
  const message = snapshot.message(messageId);
  if (!message) throw new Unsettled({ kind: 'message', messageId });
  return { writes: [], answer: { atp, message, created: false } };
};

/** These two may talk about an ATP after its closure. */
export const betweenOperatorAndPm = (one: Role, other: Role): boolean =>
  (one === '@operator' && other === '@pm') || (one === '@pm' && other === '@operator');

const refuseWrongSender = (atp: Atp, messageType: MessageType, { principal }: Call): void => {
  if (maySend(messageType, principal.role)) return;
  throw refuse(
    'ROLE_NOT_PERMITTED',
    `${messageType} is for ${messageRules[messageType].from.join(' or ')} to send; you are ${principal.role}. ${insteadOf(atp, principal)}`.trim(),
    atp,
    principal,
  );
};

/** The newest directive to a role is the one that counts; one to `@dev` opens the ownership of the fix again. */
export const supersede = (draft: Draft, { messageId, priority, requiresAck, sentAt }: Message, role: Role): void => {
  const older = draft.before.directives[role];
  draft.relyOn('directives').set({ [`directives/${role}`]: { messageId, priority, open: requiresAck, sentAt } });
  if (older?.open) draft.beside(withdrawal(older.messageId, older.priority, draft.at));
  if (role === '@dev') draft.remove('owner', 'acknowledgedAt');
};

/** Of an obligation that stands on the ATP already, or that this very draft brings. */
export const meetNotification = (draft: Draft, { messageId }: Message, { principal }: Call): void => {
  const { hitlNotification } = draft.after;
  if (draft.before.hitlNotification) draft.relyOn('hitlNotification');
  draft.set({
    hitlNotification: { ...hitlNotification, state: 'met', metAt: iso(draft.at), metBy: principal, messageId },
  });
};

/** Whether a message would meet what a closed ATP still owes its operator. */
export const meetsNotification = (input: MessageInput, snapshot: Snapshot): boolean => {
  const atp = snapshot.atp(input.atpId);
  return Boolean(
    input.messageType === 'HITLNotification' &&
      atp &&
      isClosed(atp.status) &&
      (atp.hitlNotification?.state === 'open' || isLate(input, atp)),
  );
};
