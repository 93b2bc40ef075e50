import { messageParts } from '../ids.ts';
import { log } from '../log.ts';
import { publish } from '../notify/publish.ts';
import type { Item } from '../store/items.ts';
import { keys } from '../store/keys.ts';
import { mark } from '../store/mark.ts';
import { readItems } from '../store/read.ts';
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
  if (isOverdue(owing, at)) return leaveToDigest(owing, surroundings);
  if (!(await takePlace(table, owing.topic, at))) {
    if (at > owing.dueAt + LONGEST_WAIT_MS) return leaveToDigest(owing, surroundings);
    await askForMail(queue, { ownEmail: messageId }, 1);
    return 'postponed';
  }
  await publish(topics, owing, ['email']);
  await markMailed(table, [owing], now());
  return 'sent';
};

const read = async (messageId: string, { table }: Surroundings): Promise<Item | undefined> => {
  const parts = messageParts(messageId);
  if (!parts) return undefined;
  const key = keys.message(parts);
  return (await readItems(table, [key])).get(key);
};

const leaveToDigest = async (
  { messageId, atpId, topic, item }: OwingOwn,
  { table, queue, interval }: Surroundings,
): Promise<Outcome> => {
  await mark(table, item, {
    update: 'SET outbox = :owing REMOVE ownEmailAt',
    condition: 'outbox = :was',
    values: { ':owing': owingOf(topic, atpId), ':was': item.outbox },
  });
  await askForMail(queue, { digest: topic, messageIds: [messageId] }, interval);
  return 'left to a digest';
};
