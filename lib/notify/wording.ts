/** What a notice says in words of the service's own, by type of message. Nothing here was written by an agent. */

import { isClosed, isDirective, type Principal, type Role } from '../model.ts';
import type { Outgoing } from './outgoing.ts';
import { cited, disarmed, oneLine } from './plain-text.ts';

export type Wording = {
  /** One sentence: who did what. */
  happened: string;
  /** What the receiver is to do. */
  asked: string;
  /** The call that does it, or that shows more. */
  nextStep: string;
  /** What happened and what is asked, for an SMS. */
  short: { happened: string; asked: string };
};

export const named = ({ role, name }: Principal): string => {
  if (role === '@system') return 'the service (@system)';
  if (role === '@pager') return 'the pager (@pager)';
  return `${role} (${disarmed(oneLine(name))})`;
};

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `2026-03-01 12:00:05 UTC`: exact, and read without thinking. */
export const clock = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

const call = (tool: string, input: Record<string, string>): string => `POST /tools/${tool} ${JSON.stringify(input)}`;

/** Ids of ATPs are chosen by callers, and `pay.example` is one. */
export const shownId = (atpId: string): string => disarmed(atpId);

export const whole = ({ atpId }: Outgoing): string => call('atp_get', { atpId: shownId(atpId) });

/** The newest there is to know: the snapshot is older than an acknowledgement of the message itself. */
export const holder = ({ messageType, toAgent, acknowledgedBy, brief }: Outgoing): Principal | undefined =>
  isDirective(messageType) && toAgent === '@dev' ? (acknowledgedBy ?? brief.owner) : brief.owner;

const directive = (message: Outgoing): Wording => {
  const { messageId, messageType, toAgent, sentBy, brief, acknowledgedAt, acknowledgedBy, supersededAt } = message;
  const urgent = messageType === 'EmergencyDirective' || brief.type === 'emergency';
  const happened = `directs ${toAgent} to act ${urgent ? 'at once' : 'now'}`;
  const told = { happened: `${sentence(named(sentBy))} ${happened}.`, short: `${sentBy.role} ${happened}` };
  if (supersededAt)
    return {
      happened: told.happened,
      asked: `Nothing any more: at ${clock(supersededAt)} a newer directive or the closure took the place of this one.`,
      nextStep: whole(message),
      short: { happened: told.short, asked: 'Replaced since: nothing is asked.' },
    };
  if (acknowledgedAt && acknowledgedBy)
    return {
      happened: told.happened,
      asked: `Nothing of anybody else: ${named(acknowledgedBy)} took it at ${clock(acknowledgedAt)}.`,
      nextStep: whole(message),
      short: { happened: told.short, asked: 'Taken since.' },
    };
  return {
    happened: told.happened,
    asked:
      toAgent === '@dev'
        ? 'Acknowledge it, fix, and hand off. The first @dev to acknowledge owns the fix.'
        : 'Acknowledge it, then do what it says.',
    nextStep: call('message_ack', { messageId }),
    short: { happened: told.short, asked: 'Acknowledge with message_ack.' },
  };
};

const answerTo = (toAgent: Role, { atpId }: Outgoing): string =>
  call('message_send', {
    atpId: shownId(atpId),
    toAgent,
    messageType: 'Decision',
    subject: '(in a line)',
    body: '(what you decide)',
  });

const notification = (message: Outgoing): Wording => {
  const { sentBy, brief } = message;
  const closed = brief.status === 'Closed';
  const outcome = closed
    ? 'is verified and closed'
    : brief.status === 'Rejected'
      ? 'was rejected: a false alarm or a duplicate'
      : `stands at ${brief.status}`;
  return {
    happened: `${sentence(named(sentBy))} reports: this ${brief.type} ${outcome}.`,
    asked: closed
      ? 'Look at production once yourself. If it is not well, tell @pm. Otherwise nothing: the review follows by itself.'
      : 'Know where it stands. If you decide otherwise, tell @pm.',
    nextStep: answerTo('@pm', message),
    short: { happened: `${sentBy.role} reports`, asked: 'Details in the email.' },
  };
};

/** The options of a question, each on a line of its own. */
export const optionsOf = ({ options = [], recommendation }: Outgoing): string[] =>
  options.map(
    (option, position) => `${position + 1}. ${cited(option)}${option === recommendation ? ' (recommended)' : ''}`,
  );

const question = (message: Outgoing, options: readonly string[]): Wording => {
  const { messageId, fromAgent, sentBy, brief, atpId, decision } = message;
  if (decision)
    return {
      happened: `${sentence(named(sentBy))} asked you to decide on this ${brief.type}.`,
      asked: `Nothing any more: ${named(decision.decidedBy)} chose ${cited(decision.option)} at ${clock(decision.decidedAt)}.`,
      nextStep: whole(message),
      short: { happened: `${fromAgent} asked you to decide`, asked: 'Decided since.' },
    };
  const reply = { atpId: shownId(atpId), toAgent: fromAgent, messageType: 'Decision', inReplyTo: messageId };
  return {
    happened: `${sentence(named(sentBy))} asks you to decide on this ${brief.type}.`,
    asked: `Choose one of the ${options.length} below; ${fromAgent} waits for you.`,
    nextStep: call('message_send', { ...reply, option: '(word for word)', subject: '(in a line)', body: '(why)' }),
    short: { happened: `${fromAgent} asks you to decide`, asked: 'Details in the email.' },
  };
};

const escalation = (message: Outgoing): Wording => {
  if (message.options) return question(message, message.options);
  const { fromAgent, sentBy, brief } = message;
  const byService = fromAgent === '@system';
  // Nobody but @pm can be written to about an ATP that is closed (contract section 3, message_send).
  const toAgent = byService || isClosed(brief.status) ? '@pm' : fromAgent;
  return {
    happened: `${sentence(named(sentBy))} escalates this ${brief.type} to you.`,
    asked: byService
      ? 'Something due was not done in time; its text says what. See that somebody takes it, or decide otherwise.'
      : `Decide what happens next, and tell ${toAgent}; they wait for you.`,
    nextStep: answerTo(toAgent, message),
    short: { happened: `${fromAgent} escalates to you`, asked: 'Decide. Details in the email.' },
  };
};

export const wordingOf = (message: Outgoing): Wording => {
  if (isDirective(message.messageType)) return directive(message);
  return message.messageType === 'Escalation' ? escalation(message) : notification(message);
};
