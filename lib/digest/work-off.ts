import { log } from '../log.ts';
import { digestOf } from '../notify/digest.ts';
import type { TopicName } from '../notify/outgoing.ts';
import { placesFor, publishDigest, type Topics } from '../notify/publish.ts';
import type { Table } from '../store/client.ts';
import { Items } from '../store/read.ts';
import type { TimerQueue } from '../timer/queue.ts';
import { ulid } from '../ulid.ts';
import { gather, markMailed, type Owing, owingAmong } from './owing.ts';
import { askForMail, type DigestDue } from './queue.ts';
import { giveDigestTurnBack, takeDigestTurn } from './turns.ts';

export type Surroundings = {
  table: Table;
  topics: Topics;
  queue: TimerQueue;
  /** Whole seconds that lie at least between two digests of a topic. */
  interval: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
};

type Received = { messageId: string; due: DigestDue };

/** Works off what asks for digests, those of a topic together. Answers the ids of the messages that failed. */
export const workOffDigests = async (
  received: readonly Received[],
  surroundings: Surroundings,
  requestId: string,
): Promise<string[]> => {
  const topics = Map.groupBy(received, ({ due }) => due.digest);
  const failed = await Promise.all(
    [...topics].map(async ([topic, asked]): Promise<string[]> => {
      try {
        const named = [...new Set(asked.flatMap(({ due }) => due.messageIds))];
        log.info('digest', { requestId, topic, ...(await workOff(topic, named, surroundings)) });
        return [];
      } catch (error) {
        log.error('digest failed, and comes again', { requestId, topic, error });
        return asked.map(({ messageId }) => messageId);
      }
    }),
  );
  return failed.flat();
};

type Done = { outcome: 'sent' | 'postponed' | 'nothing owes its email'; notices?: number };

/** Of what it was asked for, whatever is not mailed now is asked for again: no other message of the queue stands for it. */
const workOff = async (topic: TopicName, named: readonly string[], surroundings: Surroundings): Promise<Done> => {
  const { table, queue, interval, now = Date.now } = surroundings;
  const items = new Items();
  const at = now();
  const owing = await owingAmong(table, { topic, now: at }, named, items);
  if (owing.length === 0) return { outcome: 'nothing owes its email' };
  const waitMs = await takeDigestTurn(table, topic, at, interval * 1_000);
  if (waitMs > 0) {
    await askAgain(queue, topic, owing, Math.ceil(waitMs / 1_000));
    return { outcome: 'postponed' };
  }
  try {
    const mailed = await send(topic, await gather(table, { topic, now: at }, owing, items), at, surroundings);
    const left = owing.filter(({ messageId }) => !mailed.some((each) => each.messageId === messageId));
    if (left.length > 0) await askAgain(queue, topic, left, interval);
    return { outcome: 'sent', notices: mailed.length };
  } finally {
    await giveDigestTurnBack(table, topic, at);
  }
};

const send = async (
  topic: TopicName,
  gathered: readonly Owing[],
  at: number,
  { table, topics, now = Date.now }: Surroundings,
): Promise<Owing[]> => {
  const id = ulid(at);
  const places = await placesFor(topics, gathered);
  const layOutAs = (form: 'whole' | 'bare') => digestOf({ topic, id, gathered, form, places });
  const { included } = layOutAs('whole');
  await publishDigest(topics, layOutAs);
  const mailed = gathered.filter((each) => included.includes(each));
  await markMailed(table, mailed, now());
  return mailed;
};

/** Ids of 100 messages lie far below what a message of SQS holds. */
const ASKED_AT_ONCE = 100;

const askAgain = async (
  queue: TimerQueue,
  digest: TopicName,
  owing: readonly { messageId: string }[],
  seconds: number,
): Promise<void> => {
  const messageIds = owing.map(({ messageId }) => messageId);
  for (let start = 0; start < messageIds.length; start += ASKED_AT_ONCE)
    await askForMail(queue, { digest, messageIds: messageIds.slice(start, start + ASKED_AT_ONCE) }, seconds);
};
