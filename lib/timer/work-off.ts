import type { SQSRecord } from 'aws-lambda';
import { log } from '../log.ts';
import { measured } from '../metrics/measured.ts';
import type { Timeouts, Timer } from '../model.ts';
import type { Table } from '../store/client.ts';
import { atpOf } from '../store/items.ts';
import { atpKeys, keys } from '../store/keys.ts';
import { Items, readItems } from '../store/read.ts';
import { type DeadlinePlan, fire } from './fire.ts';
import { asTimer, enqueue, isDue, type TimerQueue } from './queue.ts';

export type Surroundings = {
  table: Table;
  queue: TimerQueue;
  timeouts: Timeouts;
  /** Whether what a timer does goes to webhooks. */
  webhooks: boolean;
  plan: DeadlinePlan;
};

type Received = { messageId: string; timer: Timer };
type Batch = Surroundings & { requestId: string; fail: (messageId: string, error: unknown, timer?: Timer) => void };

/**
 * Works off a batch of the timer queue, all of it at the same time: what is due fires, what is not waits on. Answers
 * the ids of the messages that failed, a body that is no timer among them.
 */
export const workOff = async (
  records: readonly Pick<SQSRecord, 'messageId' | 'body'>[],
  surroundings: Surroundings,
  requestId: string,
): Promise<string[]> => {
  const failed: string[] = [];
  const fail: Batch['fail'] = (messageId, error, timer) => {
    failed.push(messageId);
    log.error('timer failed, and comes again', { requestId, queueMessageId: messageId, ...timer, error });
  };
  const received = records.flatMap(({ messageId, body }): Received[] => {
    try {
      return [{ messageId, timer: asTimer(JSON.parse(body)) }];
    } catch (error) {
      fail(messageId, error);
      return [];
    }
  });
  const now = Date.now();
  const { due = [], early = [] } = Object.groupBy(received, ({ timer }) => (isDue(timer, now) ? 'due' : 'early'));
  const batch: Batch = { ...surroundings, requestId, fail };
  await Promise.all([fireAll(due, batch), waitOn(early, now, batch)]);
  return failed;
};

const fireAll = async (due: readonly Received[], batch: Batch): Promise<void> => {
  const { table, timeouts, webhooks, plan, requestId, fail } = batch;
  const read = await readTogether(
    table,
    due.map(({ timer }) => timer),
  );
  await Promise.all(
    due.map(async ({ messageId, timer }) => {
      try {
        const items = read(timer);
        const fired = await fire(table, timer, timeouts, plan, { items, webhooks, requestId });
        const lateMs = Date.now() - Date.parse(timer.dueAt);
        const about = { requestId, ...timer, lateMs };
        if (!fired) log.info('nothing was due any more', about);
        else log.info('fired', { ...about, ...(isDrill(timer, items) ? {} : counted(timer, lateMs)) });
      } catch (error) {
        fail(messageId, error, timer);
      }
    }),
  );
};

const isDrill = ({ atpId }: Timer, items: Items): boolean => atpOf(items.get(keys.atp(atpId)))?.drill ?? false;

const counted = ({ deadline }: Timer, lateMs: number): object =>
  measured({ TimersFired: 1, TimerLateness: lateMs }, { deadline });

/**
 * The ATPs of all timers in one request. Each timer gets items of its own, for a lost race changes them. Where the
 * request fails they are empty: each timer then reads for itself, and fails alone.
 */
const readTogether = async (table: Table, timers: readonly Timer[]): Promise<(timer: Timer) => Items> => {
  const read = await readItems(table, atpKeys(...timers.map(({ atpId }) => atpId))).catch(() => new Items());
  return ({ atpId }) => {
    const items = new Items();
    for (const key of atpKeys(atpId)) if (read.has(key)) items.put(key, read.get(key));
    return items;
  };
};

const waitOn = async (early: readonly Received[], now: number, { queue, fail }: Batch): Promise<void> => {
  const timers = early.map(({ timer }) => timer);
  const refused = await enqueue(queue, timers, now);
  for (const { messageId, timer } of early) {
    const error = refused.get(timer);
    if (error) fail(messageId, error, timer);
  }
};
