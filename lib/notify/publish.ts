/** From the table to SNS: at least once, and what was published is written on the message. */

import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { log } from '../log.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { bareNoticeOf, type Notice, noticeOf } from './notice.ts';
import { asOutgoing, type TopicName } from './outgoing.ts';
import type { Pace } from './pace.ts';

/** What is published to: the topics' ARNs, and the pace kept on each. */
export type Far = { table: Table; sns: SNSClient; topics: Record<TopicName, string>; pace: Pace };

/**
 * `published`; or `notDue`: it was before, or it is gone. `retry` may succeed later as it stands. `giveUp` never will:
 * the item is no message. A message that is retried or given up stays in the outbox index.
 */
export type Outcome =
  | { kind: 'published' }
  | { kind: 'notDue' }
  | { kind: 'retry'; error: unknown }
  | { kind: 'giveUp'; error: unknown };

/**
 * Publishes the message of an item that was just read, unless that is done already, and marks it. A crash between
 * the two publishes it once more, with the same `eventId`.
 */
export const publish = async (far: Far, item: Item | undefined): Promise<Outcome> => {
  if (item?.outbox === undefined) return { kind: 'notDue' };
  const { atpId, messageId } = item;
  if (typeof atpId !== 'string' || typeof messageId !== 'string')
    return { kind: 'giveUp', error: new Error('the item names no message and no ATP') };
  try {
    await send(far, { atpId, messageId, item });
    await mark(far.table, item);
    return { kind: 'published' };
  } catch (error) {
    return { kind: 'retry', error };
  }
};

type Named = Parameters<typeof bareNoticeOf>[0];

/** A notice is never lost because of its text: what cannot be laid out, or is refused, is announced without it. */
const send = async (far: Far, named: Named): Promise<void> => {
  const { atpId, messageId } = named;
  try {
    await deliver(far, layOut(named));
  } catch (error) {
    if (!isAboutText(error)) throw error;
    log.error('SNS refused the text of a notice, which goes out without it', { atpId, messageId, error });
    await deliver(far, bareNoticeOf(named));
  }
};

const layOut = (named: Named): Notice => {
  try {
    return noticeOf(asOutgoing(named.item));
  } catch (error) {
    const { atpId, messageId } = named;
    log.error('a message could not be laid out, its notice goes out without its text', { atpId, messageId, error });
    return bareNoticeOf(named);
  }
};

/**
 * SNS's refusals of what is said (SNS API reference, Publish). Any other is about the topic, a permission or the
 * moment. Those heal, by themselves or by somebody's hand, and the notice goes out whole then.
 */
const REFUSALS_OF_TEXT: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ParameterValueInvalid',
  'ValidationException',
]);
const isAboutText = (error: unknown): boolean => error instanceof Error && REFUSALS_OF_TEXT.has(error.name);

const deliver = async ({ sns, topics, pace }: Far, { topic, subject, texts, attributes }: Notice): Promise<void> => {
  await pace(topic);
  await sns.send(
    new PublishCommand({
      TopicArn: topics[topic],
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(texts),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  );
};

const MARK_ATTEMPTS = 6;
const BACKOFF_MS = 20;

/** A subscriber that acknowledges at once may hold the item in a transaction just now: the SDK does not retry that. */
const mark = async ({ client, name }: Table, { pk, sk }: Item): Promise<void> => {
  const update = new UpdateCommand({
    TableName: name,
    Key: { pk, sk },
    UpdateExpression: 'SET publishedAt = if_not_exists(publishedAt, :now) REMOVE outbox',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': new Date().toISOString() },
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(update);
      return;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return;
      if (!(error instanceof TransactionConflictException) || attempt === MARK_ATTEMPTS) throw error;
      await setTimeout(Math.random() * BACKOFF_MS * 2 ** attempt);
    }
  }
};
