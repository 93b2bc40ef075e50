/** Messages of the outbox to their topics: to machines and SMS at once, and by email as fast as its address may get it. */

import { owedTo, owingOf } from '../digest/owing.ts';
import { asOwingOwn, isOverdue, owingOwnOf } from '../digest/own-email.ts';
import { askForMail } from '../digest/queue.ts';
import { isMailedAtOnce, takePlace, takeTurn } from '../digest/turns.ts';
import { isQuestion } from '../model.ts';
import { topicOfItem } from '../notify/notice.ts';
import type { TopicName } from '../notify/outgoing.ts';
import { publish, type Topics } from '../notify/publish.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { OUTBOX } from '../store/keys.ts';
import { type Mark, mark } from '../store/mark.ts';
import type { TimerQueue } from '../timer/queue.ts';
import { type Items, isOfNoKind, type Outcome, type Outcomes } from './outcome.ts';

export type FarOfMessages = {
  table: Table;
  topics: Topics;
  timers: TimerQueue;
  /** Whole seconds until a digest brings the email of a message that is not mailed by itself. */
  digestInterval: number;
};

type Message = { atpId: string; messageId: string; topic: TopicName; item: Item };
/** It goes with the notice; by itself at a time, in milliseconds since the epoch; or in a digest. */
type Email = 'now' | { at: number } | 'digest';
type Ruled = Message & { email: Email };
/** An email that does not go with the notice. */
type Owed = { topic: TopicName; email: Exclude<Email, 'now'> };

/**
 * Publishes messages that were just read, unless that is done already. Those of an ATP are ruled on in the order they
 * stand, so that the first are the ones that are mailed by themselves. Outcomes stand in the order of the items.
 */
export const publishMessages = async (far: FarOfMessages, items: Items): Promise<Outcomes> => {
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
  // The record of one that owes its email comes again where nobody asked for that yet.
  const owed = owedEmail(item);
  if (owed) {
    await askForEmail(far, owed, messageId);
    return { kind: 'queued' };
  }
  if (!String(item.outbox).startsWith(OUTBOX)) return isOfNoKind();
  const message = { atpId, messageId, topic: topicOfItem(item), item };
  return { ...message, email: await emailOf(far.table, message) };
};

const A_SECOND_MS = 1_000;

const emailOf = async (table: Table, message: Message): Promise<Email> => {
  const now = Date.now();
  // Somebody waits for the answer to a question.
  const isByItself = isQuestion(message.item) || (await isMailedAtOnce(table, message, now));
  if (!isByItself) return 'digest';
  const waitMs = await takeTurn(table, message.topic, now);
  if (waitMs === undefined) return 'digest';
  if (waitMs > 0) return { at: now + waitMs };
  // Mails that waited may come late, and fill the second that this one's turn is in.
  return (await takePlace(table, message.topic, now)) ? 'now' : { at: now + A_SECOND_MS };
};

const owedEmail = (item: Item): Owed | undefined => {
  const topic = owedTo(item);
  if (topic) return { topic, email: 'digest' };
  const own = asOwingOwn(item);
  return own && { topic: own.topic, email: isOverdue(own, Date.now()) ? 'digest' : { at: own.dueAt } };
};

const askForEmail = (
  { timers, digestInterval }: FarOfMessages,
  { topic, email }: Owed,
  messageId: string,
): Promise<void> =>
  email === 'digest'
    ? askForMail(timers, { digest: topic, messageIds: [messageId] }, digestInterval)
    : askForMail(timers, { ownEmail: messageId }, Math.ceil((email.at - Date.now()) / A_SECOND_MS));

/**
 * A crash on the way hands over once more what is not marked yet, with the same `eventId`. The mark comes before an email
 * is asked for: the record comes again until both are done.
 */
const handOver = async (far: FarOfMessages, message: Ruled): Promise<Outcome> => {
  const { table, topics } = far;
  const { messageId, topic, item, email } = message;
  await publish(topics, message, email === 'now' ? ['machine', 'email', 'sms'] : ['machine', 'sms']);
  const at = Date.now();
  await mark(table, item, markOf(message));
  if (email !== 'now') await askForEmail(far, { topic, email }, messageId);
  return { kind: 'published', at };
};

/** What was handed over meanwhile, by a redrive say, stays as it was marked. */
const AS_READ = 'outbox = :was';
const PUBLISHED = 'SET publishedAt = if_not_exists(publishedAt, :now)';

const markOf = ({ atpId, topic, item, email }: Ruled): Mark => {
  const values = { ':now': new Date().toISOString(), ':was': item.outbox };
  if (email === 'now') return { update: `${PUBLISHED} REMOVE outbox`, condition: AS_READ, values };
  if (email === 'digest')
    return {
      update: `${PUBLISHED}, outbox = :owing`,
      condition: AS_READ,
      values: { ...values, ':owing': owingOf(topic, atpId) },
    };
  return {
    update: `${PUBLISHED}, outbox = :owing, ownEmailAt = :at`,
    condition: AS_READ,
    values: { ...values, ':owing': owingOwnOf(topic, atpId), ':at': new Date(email.at).toISOString() },
  };
};
