/** What asks for mails in the queue of timers: for a digest, told apart by its `digest`, or for one message's own, by its `ownEmail`. */

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type TopicName, topicNames } from '../notify/outgoing.ts';
import type { TimerQueue } from '../timer/queue.ts';

/** The topic that a digest is due on, and messages that owe their email to it. Others that do are gathered with them. */
export type DigestDue = { digest: TopicName; messageIds: readonly string[] };

/** What a message of the queue holds, if it asks for a digest. */
export const asDigestDue = (value: unknown): DigestDue | undefined => {
  const { digest, messageIds } = (value ?? {}) as { [name: string]: unknown };
  const topic = topicNames.find((known) => known === digest);
  const isIds = Array.isArray(messageIds) && messageIds.every((id) => typeof id === 'string');
  return topic && isIds ? { digest: topic, messageIds } : undefined;
};

/** The message whose own email is due. */
export type OwnEmailDue = { ownEmail: string };

/** What a message of the queue holds, if it asks for the own email of a message. */
export const asOwnEmailDue = (value: unknown): OwnEmailDue | undefined => {
  const { ownEmail } = (value ?? {}) as { [name: string]: unknown };
  return typeof ownEmail === 'string' ? { ownEmail } : undefined;
};

/** SQS delays a message by 15 minutes at most. */
const DELAY_LIMIT_SECONDS = 900;
const clamped = (seconds: number): number => Math.min(Math.max(0, seconds), DELAY_LIMIT_SECONDS);

/** Asks for a digest, or the own email of a message, in `seconds`, a whole number. */
export const askForMail = async (
  { sqs, url }: TimerQueue,
  due: DigestDue | OwnEmailDue,
  seconds: number,
): Promise<void> => {
  await sqs.send(
    new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(due), DelaySeconds: clamped(seconds) }),
  );
};
