/** From the table to where an item of the outbox is meant to go: at least once, and what went is marked. */

import type { Timer } from '../model.ts';
import type { Item } from '../store/items.ts';
import { mark } from '../store/mark.ts';
import { asTimer, enqueue } from '../timer/queue.ts';
import { isWebhookEvent, send, type Told, type WebhookQueue } from '../webhook/queue.ts';
import { type FarOfMessages, type Outcome, publishMessages } from './messages.ts';

/** What is handed over to: messages go to the topics, timers and what webhooks are told to their queues. */
export type Far = FarOfMessages & { webhooks?: WebhookQueue };

/** An event that set off timers, or that webhooks are told of; any other item of the outbox is a message, or broken. */
export type QueuedItem = Item & { timers?: unknown[]; webhook?: unknown };
export const isForQueues = (item: Item | undefined): item is QueuedItem =>
  Array.isArray(item?.timers) || typeof item?.webhook === 'string';

/**
 * Hands over an item that was just read, unless that is done already, and marks it. A crash between the two hands it
 * over once more: a message with the same `eventId`, a timer that finds nothing to do.
 */
export const handOver = async (far: Far, item: Item | undefined): Promise<Outcome> => {
  const [outcome] = await (isForQueues(item) ? queueEvents(far, [item]) : publishMessages(far, [item]));
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
        await mark(table, item, { update: 'REMOVE outbox' });
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
