/** Events of the outbox to the queues: the timers that they set off to that of timers, the event itself to that of webhooks. */

import type { Timer } from '../model.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { mark } from '../store/mark.ts';
import { asTimer, enqueue, type TimerQueue } from '../timer/queue.ts';
import { isWebhookEvent, send, type Told, type WebhookQueue } from '../webhook/queue.ts';
import { type Items, isOfNoKind, type Outcome, type Outcomes } from './outcome.ts';

export type FarOfEvents = { table: Table; timers: TimerQueue; webhooks?: WebhookQueue };

/** An event that set off timers, or that webhooks are told of; any other item of the outbox is a message, or broken. */
type QueuedItem = Item & { timers?: unknown[]; webhook?: unknown };
export const isForQueues = (item: Item | undefined): item is QueuedItem =>
  Array.isArray(item?.timers) || typeof item?.webhook === 'string';

/** An event with the timers that are to be queued. */
type Due = { item: QueuedItem; timers: readonly Timer[] };

/**
 * Queues what events ask for, unless that is done already, and marks them; the timers of all share requests. Outcomes
 * stand in the order of the items.
 */
export const queueEvents = async (far: FarOfEvents, items: Items): Promise<Outcomes> => {
  const read = items.map(dueOf);
  const refused = await enqueue(
    far.timers,
    read.flatMap((each) => ('kind' in each ? [] : each.timers)),
    Date.now(),
  );
  return Promise.all(
    read.map(async (each): Promise<Outcome> => {
      if ('kind' in each) return each;
      const { item, timers } = each;
      for (const timer of timers) if (refused.has(timer)) return { kind: 'retry', error: refused.get(timer) };
      try {
        await tellWebhooks(far, item);
        await mark(far.table, item, { update: 'REMOVE outbox' });
        return { kind: 'queued' };
      } catch (error) {
        return { kind: 'retry', error };
      }
    }),
  );
};

const dueOf = (item: Item | undefined): Due | Outcome => {
  if (item?.outbox === undefined) return { kind: 'notDue' };
  if (!isForQueues(item)) return isOfNoKind();
  const { timers = [], webhook } = item;
  if (webhook !== undefined && !isWebhookEvent(webhook))
    return { kind: 'giveUp', error: new Error(`webhooks are told of no ${webhook}`) };
  try {
    return { item, timers: timers.map(asTimer) };
  } catch (error) {
    return { kind: 'giveUp', error };
  }
};

/** After its timers: those that are sent twice do nothing, a webhook that is told twice has its receiver look. */
const tellWebhooks = async ({ webhooks }: FarOfEvents, { pk, sk, webhook: type }: QueuedItem): Promise<void> => {
  if (!isWebhookEvent(type)) return;
  if (!webhooks) throw new Error('it is for webhooks, and their queue was not named');
  const [atpId, ulid] = [pk, sk].map((key) => key.slice(key.indexOf('#') + 1)) as [string, string];
  const told: Told = { kind: 'event', atpId, ulid, type };
  await send(webhooks, told);
};
