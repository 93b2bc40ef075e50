import { type AtpBrief, isDirective, type Message } from '../model.ts';

/** A message that is published, with its ATP as it was when the message was written. */
export type Outgoing = Message & { brief: AtpBrief };

/** The two topics of contract section 5. */
export type TopicName = 'directives' | 'hitl';

export const topicNames = ['directives', 'hitl'] as const satisfies readonly TopicName[];

export const topicOf = (messageType: Message['messageType']): TopicName =>
  isDirective(messageType) ? 'directives' : 'hitl';

/** The same for every publication of a message, so that subscribers can drop repeats. */
export const eventIdOf = (messageId: string): string => `evt_${messageId}`;

export const isDrill = ({ drill, brief }: Outgoing): boolean => drill === true || brief.drill === true;

const texts = {
  message: ['messageId', 'atpId', 'fromAgent', 'toAgent', 'messageType', 'priority', 'subject', 'body', 'sentAt'],
  brief: ['title', 'type', 'status', 'priority', 'createdAt'],
} as const;

const record = (value: unknown): { [name: string]: unknown } =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The item of a message as what is published of it. What it lacks is named, for whoever looks into the table. */
export const asOutgoing = (item: unknown): Outgoing => {
  const message = record(item);
  const brief = record(message.brief);
  const sentBy = record(message.sentBy);
  const missing = [
    ...texts.message.filter((name) => typeof message[name] !== 'string'),
    ...texts.brief.filter((name) => typeof brief[name] !== 'string').map((name) => `brief.${name}`),
    ...['role', 'name'].filter((name) => typeof sentBy[name] !== 'string').map((name) => `sentBy.${name}`),
  ];
  if (message.options !== undefined && !isListOfTexts(message.options)) missing.push('options');
  if (missing.length > 0) throw new Error(`the item of the message has no text in ${missing.join(', ')}`);
  return item as Outgoing;
};
