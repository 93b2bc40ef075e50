import { messageParts } from '../ids.ts';
import { log } from '../log.ts';
import { publish } from '../notify/publish.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { keys } from '../store/keys.ts';
import { mark } from '../store/mark.ts';
import { readItems } from '../store/read.ts';
import type { TimerQueue } from '../timer/queue.ts';
import { markMailed, owedTo, owingOf } from './owing.ts';
import { asOwingOwn, isOverdue, type OwingOwn } from './own-email.ts';
import { askForMail, type OwnEmailDue } from './queue.ts';
import { LONGEST_WAIT_MS, takePlace } from './turns.ts';
import type { Surroundings } from './work-off.ts';

type Received = { messageId: string; due: OwnEmailDue };

/** Mails each message that its own email is due of, once however often it was asked for. Answers the ids of what failed. */
export const mailOwn = async (
  received: readonly Received[],
  surroundings: Surroundings,
  requestId: string,
): Promise<string[]> => {
  const asked = Map.groupBy(received, ({ due }) => due.ownEmail);
  const failed = await Promise.all(
    [...asked].map(async ([messageId, requests]): Promise<string[]> => {
      try {
        log.info('own email', { requestId, messageId, outcome: await mail(messageId, surroundings) });
        return [];
      } catch (error) {
        log.error('own email failed, and comes again', { requestId, messageId, error });
        return requests.map((request) => request.messageId);
      }
    }),
  );
  return failed.flat();
};

type Outcome = 'sent' | 'postponed' | 'left to a digest' | 'it owes no email';

const mail = async (messageId: string, surroundings: Surroundings): Promise<Outcome> => {
  const { table, topics, queue, interval, now = Date.now } = surroundings;
  const item = await read(messageId, surroundings);
  const topic = item && owedTo(item);
  // It was left to a digest before, and the function may have died before it asked for one.
  if (topic) {
    await askForMail(queue, { digest: topic, messageIds: [messageId] }, interval);
    return 'left to a digest';
  }
  const owing = asOwingOwn(item);
  if (!owing) return 'it owes no email';
  const at = now();
  if (owing.heldUntil > at) return postponed(queue, messageId, HELD_SECONDS);
  if (isOverdue(owing, at)) return leaveToDigest(owing, at, surroundings);
  if (!(await takePlace(table, owing.topic, at))) {
    if (at > owing.dueAt + LONGEST_WAIT_MS) return leaveToDigest(owing, at, surroundings);
    return postponed(queue, messageId, 1);
  }
  if (!(await hold(owing, at, table))) return postponed(queue, messageId, HELD_SECONDS);
  await publish(topics, owing, ['email']);
  await markMailed(table, [owing], now());
  return 'sent';
};

/** As long as SNS is asked at most: three attempts of three seconds. */
const HELD_SECONDS = 10;
const NOT_HELD = 'outbox = :was AND (attribute_not_exists(ownEmailHeldUntil) OR ownEmailHeldUntil <= :now)';

/** What asks for a mail may come twice: while one sends it, the other neither sends it too nor leaves it to a digest. */
const hold = ({ item }: OwingOwn, now: number, table: Table): Promise<boolean> =>
  mark(table, item, {
    update: 'SET ownEmailHeldUntil = :until',
    condition: NOT_HELD,
    values: { ':was': item.outbox, ':now': now, ':until': now + HELD_SECONDS * 1_000 },
  });

const postponed = async (queue: TimerQueue, messageId: string, seconds: number): Promise<Outcome> => {
  await askForMail(queue, { ownEmail: messageId }, seconds);
  return 'postponed';
};

const read = async (messageId: string, { table }: Surroundings): Promise<Item | undefined> => {
  const parts = messageParts(messageId);
  if (!parts) return undefined;
  const key = keys.message(parts);
  return (await readItems(table, [key])).get(key);
};

const leaveToDigest = async (
  { messageId, atpId, topic, item }: OwingOwn,
  now: number,
  { table, queue, interval }: Surroundings,
): Promise<Outcome> => {
  const left = await mark(table, item, {
    update: 'SET outbox = :owing REMOVE ownEmailAt, ownEmailHeldUntil',
    condition: NOT_HELD,
    values: { ':owing': owingOf(topic, atpId), ':was': item.outbox, ':now': now },
  });
  if (!left) return postponed(queue, messageId, HELD_SECONDS);
  await askForMail(queue, { digest: topic, messageIds: [messageId] }, interval);
  return 'left to a digest';
};
