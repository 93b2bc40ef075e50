/** Messages of the outbox to their topics: to machines at once, to people as fast as their mail may come. */

import { setTimeout } from 'node:timers/promises';
import { owedTo, owingOf } from '../digest/owing.ts';
import { askForDigest } from '../digest/queue.ts';
import { isMailedAtOnce, takeTurn } from '../digest/turns.ts';
import { topicOfItem } from '../notify/notice.ts';
import type { TopicName } from '../notify/outgoing.ts';
import { publish, type Topics } from '../notify/publish.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { OUTBOX } from '../store/keys.ts';
import { mark } from '../store/mark.ts';
import type { TimerQueue } from '../timer/queue.ts';

export type FarOfMessages = {
  table: Table;
  topics: Topics;
  timers: TimerQueue;
  /** Whole seconds until a digest brings the email of a message that is not mailed by itself. */
  digestInterval: number;
};

/**
 * A message was `published`, to machines `at` (milliseconds since the epoch); the timers of an event were `queued`, and the event itself for webhooks; or `notDue`: it was before, or it is gone. `retry`
 * may succeed later as it stands. `giveUp` never will: the item is neither. What is retried or given up stays in the
 * outbox index.
 */
export type Outcome =
  | { kind: 'published'; at: number }
  | { kind: 'queued' }
  | { kind: 'notDue' }
  | { kind: 'retry'; error: unknown }
  | { kind: 'giveUp'; error: unknown };

type Message = { atpId: string; messageId: string; topic: TopicName; item: Item };
/** When it is mailed, in milliseconds since the epoch; or that a digest brings its email. */
type Ruled = Message & { mailAt: number | 'digest' };

/**
 * Publishes messages that were just read, unless that is done already. Those of an ATP are ruled on in the order they
 * stand, so that the first are the ones that are mailed by themselves. Outcomes stand in the order of the items.
 */
export const publishMessages = async (
  far: FarOfMessages,
  items: readonly (Item | undefined)[],
): Promise<readonly Outcome[]> => {
  const outcomes = new Map<number, Promise<Outcome>>();
  const byAtp = Map.groupBy(items.entries(), ([, item]) => item?.atpId);
  await Promise.all(
    [...byAtp.values()].map(async (ofAtp) => {
      for (const [position, item] of ofAtp) {
        const ruled = await attempted(async () => ruledOn(far, item));
        outcomes.set(position, 'kind' in ruled ? Promise.resolve(ruled) : attempted(() => handOver(far, ruled)));
      }
    }),
  );
  return Promise.all(items.map((_, position) => outcomes.get(position) ?? { kind: 'notDue' }));
};

const attempted = async <T>(attempt: () => Promise<T>): Promise<T | Outcome> => {
  try {
    return await attempt();
  } catch (error) {
    return { kind: 'retry', error };
  }
};

const ruledOn = async (far: FarOfMessages, item: Item | undefined): Promise<Ruled | Outcome> => {
  if (item?.outbox === undefined) return { kind: 'notDue' };
  const { atpId, messageId } = item;
  if (typeof atpId !== 'string' || typeof messageId !== 'string')
    return { kind: 'giveUp', error: new Error('the item names no message and no ATP') };
  // The record of one that owes its email comes again where nobody asked for its digest yet.
  const owed = owedTo(item);
  if (owed) return asked(far, owed, messageId);
  if (!String(item.outbox).startsWith(OUTBOX))
    return { kind: 'giveUp', error: new Error('the item is of no kind that the outbox holds') };
  const message = { atpId, messageId, topic: topicOfItem(item), item };
  const now = Date.now();
  const waitMs = (await isMailedAtOnce(far.table, message, now))
    ? await takeTurn(far.table, message.topic, now)
    : undefined;
  return { ...message, mailAt: waitMs === undefined ? 'digest' : now + waitMs };
};

const asked = async (far: FarOfMessages, digest: TopicName, messageId: string): Promise<Outcome> => {
  await askForDigest(far.timers, { digest, messageIds: [messageId] }, far.digestInterval);
  return { kind: 'queued' };
};

/**
 * A crash on the way hands over once more what is not marked yet, with the same `eventId`. The mark comes before its
 * digest is asked for: the record comes again until both are done.
 */
const handOver = async (far: FarOfMessages, message: Ruled): Promise<Outcome> => {
  const { table, topics, timers, digestInterval } = far;
  const { atpId, messageId, topic, item, mailAt } = message;
  if (mailAt === 'digest') {
    await publish(topics, message, ['machine', 'sms']);
    const at = Date.now();
    await mark(table, item, {
      update: `${PUBLISHED}, outbox = :owing`,
      condition: AS_READ,
      values: { ':now': new Date().toISOString(), ':owing': owingOf(topic, atpId), ':was': item.outbox },
    });
    await askForDigest(timers, { digest: topic, messageIds: [messageId] }, digestInterval);
    return { kind: 'published', at };
  }
  const at = await mailAndPublish(topics, message, mailAt - Date.now());
  await mark(table, item, {
    update: `${PUBLISHED} REMOVE outbox`,
    condition: AS_READ,
    values: { ':now': new Date().toISOString(), ':was': item.outbox },
  });
  return { kind: 'published', at };
};

/** What was handed over meanwhile, by a redrive say, stays as it was marked. */
const AS_READ = 'outbox = :was';
const PUBLISHED = 'SET publishedAt = if_not_exists(publishedAt, :now)';

/** Nobody but the mail waits for its turn. Answers when machines had it. */
const mailAndPublish = async (topics: Topics, message: Message, waitMs: number): Promise<number> => {
  const isMailedNow = waitMs <= 0;
  await publish(topics, message, isMailedNow ? ['machine', 'email', 'sms'] : ['machine', 'sms']);
  const at = Date.now();
  if (isMailedNow) return at;
  await setTimeout(waitMs);
  await publish(topics, message, ['email']);
  return at;
};
