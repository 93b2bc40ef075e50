/** Messages whose email goes by itself, but not yet: published but for it, and in the outbox index until it went. */

import { type TopicName, topicNames } from '../notify/outgoing.ts';
import type { Named } from '../notify/publish.ts';
import type { Item } from '../store/items.ts';
import { owingOwnKey, shardOf, shards } from '../store/keys.ts';

/** The turn of the mail, and until when somebody is sending it; in milliseconds since the epoch. */
export type OwingOwn = Named & { topic: TopicName; dueAt: number; heldUntil: number; item: Item };

/** What an `outbox` says of a message of this ATP that owes an email of its own. */
export const owingOwnOf = (topic: TopicName, atpId: string): string => owingOwnKey(topic, shardOf(atpId));

export const asOwingOwn = (item: Item | undefined): OwingOwn | undefined => {
  const topic = topicNames.find((name) => shards.some((shard) => item?.outbox === owingOwnKey(name, shard)));
  if (!item || !topic) return undefined;
  const { atpId, messageId, ownEmailAt, ownEmailHeldUntil } = item;
  if (typeof atpId !== 'string' || typeof messageId !== 'string') return undefined;
  // Without a time it is overdue, and not lost.
  return {
    atpId,
    messageId,
    topic,
    dueAt: Date.parse(String(ownEmailAt)) || 0,
    heldUntil: Number(ownEmailHeldUntil) || 0,
    item,
  };
};

/**
 * From then on it is no email of its own any more, and any digest of the topic brings it. What asks for the mail is
 * received once more after 168 s where the function died (infra/timers.ts): that is still in time.
 */
const IN_TIME_MS = 240_000;

export const isOverdue = ({ dueAt }: OwingOwn, now: number): boolean => now >= dueAt + IN_TIME_MS;

/** Nothing that was written after this is overdue. Milliseconds since the epoch, as `now` is. */
export const overdueBefore = (now: number): number => now - IN_TIME_MS;
