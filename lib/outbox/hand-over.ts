/** From the table to where an item of the outbox is meant to go: at least once, and what went is marked. */

import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Timer } from '../model.ts';
import { publish, type Topics } from '../notify/publish.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { asTimer, enqueue, type TimerQueue } from '../timer/queue.ts';
import { isWebhookEvent, send, type Told, type WebhookQueue } from '../webhook/queue.ts';

/** What is handed over to: messages go to the topics, timers and what webhooks are told to their queues. */
export type Far = { table: Table; topics: Topics; timers: TimerQueue; webhooks?: WebhookQueue };

/**
 * A message was `published`, the timers of an event were `queued`, and the event itself for webhooks; or `notDue`: it was before, or it is gone. `retry`
 * may succeed later as it stands. `giveUp` never will: the item is neither. What is retried or given up stays in the
 * outbox index.
 */
export type Outcome =
  | { kind: 'published' }
  | { kind: 'queued' }
  | { kind: 'notDue' }
  | { kind: 'retry'; error: unknown }
  | { kind: 'giveUp'; error: unknown };

/** An event that set off timers, or that webhooks are told of; any other item of the outbox is a message, or broken. */
export type QueuedItem = Item & { timers?: unknown[]; webhook?: unknown };
export const isForQueues = (item: Item | undefined): item is QueuedItem =>
  Array.isArray(item?.timers) || typeof item?.webhook === 'string';

/**
 * Hands over an item that was just read, unless that is done already, and marks it. A crash between the two hands it
 * over once more: a message with the same `eventId`, a timer that finds nothing to do.
 */
export const handOver = async (far: Far, item: Item | undefined): Promise<Outcome> => {
  if (!isForQueues(item)) return publishMessage(far, item);
  const [outcome] = await queueEvents(far, [item]);
  return outcome ?? { kind: 'notDue' };
};

/** The same for many events at once: their timers share requests. Outcomes stand in the order of the items. */
export const queueEvents = async (far: Far, items: readonly QueuedItem[]): Promise<readonly Outcome[]> => {
  const { table, timers: queue } = far;
  const read = items.map(timersOf);
  const refused = await enqueue(
    queue,
    read.flatMap((timers) => (Array.isArray(timers) ? timers : [])),
    Date.now(),
  );
  return Promise.all(
    items.map(async (item, position): Promise<Outcome> => {
      const timers = read[position] ?? [];
      if (!Array.isArray(timers)) return timers;
      for (const timer of timers) if (refused.has(timer)) return { kind: 'retry', error: refused.get(timer) };
      try {
        await tellWebhooks(far, item);
        await mark(table, item, { UpdateExpression: 'REMOVE outbox' });
        return { kind: 'queued' };
      } catch (error) {
        return { kind: 'retry', error };
      }
    }),
  );
};

/** The timers that are to be queued, or why there are none. */
const timersOf = ({ outbox, timers = [], webhook }: QueuedItem): Timer[] | Outcome => {
  if (outbox === undefined) return { kind: 'notDue' };
  if (webhook !== undefined && !isWebhookEvent(webhook))
    return { kind: 'giveUp', error: new Error(`webhooks are told of no ${webhook}`) };
  try {
    return timers.map(asTimer);
  } catch (error) {
    return { kind: 'giveUp', error };
  }
};

/** After its timers: those that are sent twice do nothing, a webhook that is told twice has its receiver look. */
const tellWebhooks = async ({ webhooks }: Far, { pk, sk, webhook: type }: QueuedItem): Promise<void> => {
  if (!isWebhookEvent(type)) return;
  if (!webhooks) throw new Error('it is for webhooks, and their queue was not named');
  const [atpId, ulid] = [pk, sk].map((key) => key.slice(key.indexOf('#') + 1)) as [string, string];
  const told: Told = { kind: 'event', atpId, ulid, type };
  await send(webhooks, told);
};

const publishMessage = async ({ table, topics }: Far, item: Item | undefined): Promise<Outcome> => {
  if (item?.outbox === undefined) return { kind: 'notDue' };
  const { atpId, messageId } = item;
  if (typeof atpId !== 'string' || typeof messageId !== 'string')
    return { kind: 'giveUp', error: new Error('the item names no message and no ATP') };
  try {
    await publish(topics, { atpId, messageId, item });
    await mark(table, item, {
      UpdateExpression: 'SET publishedAt = if_not_exists(publishedAt, :now) REMOVE outbox',
      ExpressionAttributeValues: { ':now': new Date().toISOString() },
    });
    return { kind: 'published' };
  } catch (error) {
    return { kind: 'retry', error };
  }
};

const MARK_ATTEMPTS = 6;
const BACKOFF_MS = 20;

type Mark = { UpdateExpression: string; ExpressionAttributeValues?: { [name: string]: string } };

/** A subscriber that acknowledges at once may hold the item in a transaction just now: the SDK does not retry that. */
const mark = async ({ client, name }: Table, { pk, sk }: Item, expressions: Mark): Promise<void> => {
  const update = new UpdateCommand({
    TableName: name,
    Key: { pk, sk },
    ConditionExpression: 'attribute_exists(pk)',
    ...expressions,
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
