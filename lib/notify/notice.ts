/** A message as SNS takes it. Pure: the same message gives the same notice, however often it is published. */

import { isDirective, messageTypes, priorities, roles } from '../model.ts';
import { carried, machineTextOf } from './carried.ts';
import { emailOf } from './email.ts';
import { smsOf, subjectOf } from './headline.ts';
import { eventIdOf, type Outgoing, type TopicName, topicOf } from './outgoing.ts';
import type { Places } from './places.ts';
import { disarmed } from './plain-text.ts';

export type Notice = {
  topic: TopicName;
  subject: string;
  /** One text for each kind of subscriber. `default` is what all but email and SMS get. */
  texts: { default: string; email: string; sms: string };
  /** Strings, none of them empty: SNS refuses an empty one. */
  attributes: Record<'atpId' | 'messageId' | 'messageType' | 'priority' | 'toRole' | 'eventId', string>;
};

export const noticeOf = (outgoing: Outgoing, places: Places = {}): Notice => {
  const { atpId, messageId, messageType, priority, toAgent } = outgoing;
  const message = carried(outgoing);
  return {
    topic: topicOf(messageType),
    subject: subjectOf(message),
    texts: { default: machineTextOf(message), email: emailOf(message, places), sms: smsOf(message) },
    attributes: { atpId, messageId, messageType, priority, toRole: toAgent, eventId: eventIdOf(messageId) },
  };
};

/** What cannot be made out goes to the operator. */
export const topicOfItem = (item: { [name: string]: unknown }): TopicName =>
  topicOf(oneOf(messageTypes, item.messageType, 'Escalation'));

const oneOf = <T extends string>(values: readonly T[], value: unknown, otherwise: T): T =>
  values.find((known) => known === value) ?? otherwise;

type Named = { atpId: string; messageId: string; item: { [name: string]: unknown } };

/**
 * The notice of a message that cannot be laid out, or whose layout SNS refused: that there is one, and where. Nothing
 * in it was written by an agent but the id of the ATP. What cannot be made out of the item is taken for the worst.
 */
export const bareNoticeOf = ({ atpId, messageId, item }: Named): Notice => {
  const messageType = oneOf(messageTypes, item.messageType, 'Escalation');
  const priority = oneOf(priorities, item.priority, 'P0-Critical');
  const toRole = oneOf(roles, item.toAgent, '@operator');
  const eventId = eventIdOf(messageId);
  const drill = item.drill === true;
  const id = disarmed(atpId);
  const head = `${drill ? 'DRILL ' : ''}${priority.slice(0, 2)} ${messageType} to ${toRole}`;
  const read = `POST /tools/message_list ${JSON.stringify({ atpId: id })}`;
  return {
    topic: topicOf(messageType),
    subject: `${head}: read it in the service`,
    texts: {
      default: JSON.stringify({
        eventId,
        drill,
        message: { messageId, atpId, messageType, priority, toAgent: toRole },
      }),
      email: [
        `${head}, on ATP ${id}.`,
        '',
        'Its text could not be put into an email. It is in the service, whole:',
        `${read}, message ${messageId}`,
        isDirective(messageType) ? `Then acknowledge it: POST /tools/message_ack ${JSON.stringify({ messageId })}` : '',
        `Event ${eventId}, the same should this notice come twice.`,
        '',
      ].join('\n'),
      sms: `${head}, on an ATP whose id is in the email. Its text could not be sent: message_list shows it.`,
    },
    attributes: { atpId, messageId, messageType, priority, toRole, eventId },
  };
};
