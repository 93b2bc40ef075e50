import type { SQSRecord } from 'aws-lambda';
import { log } from '../log.ts';
import type { Timeouts, Timer } from '../model.ts';
import type { Table } from '../store/client.ts';
import { type DeadlinePlan, fire } from './fire.ts';
import { asTimer, enqueue, isDue, type TimerQueue } from './queue.ts';

export type Surroundings = { table: Table; queue: TimerQueue; timeouts: Timeouts; plan: DeadlinePlan };

type Received = { messageId: string; timer: Timer };

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
  const fail = (messageId: string, error: unknown, timer?: Timer): void => {
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
  const fireOne = async ({ messageId, timer }: Received): Promise<void> => {
    try {
      const { table, timeouts, plan } = surroundings;
      const fired = await fire(table, timer, timeouts, plan);
      const lateMs = Date.now() - Date.parse(timer.dueAt);
      log.info(fired ? 'fired' : 'nothing was due any more', { requestId, ...timer, lateMs });
    } catch (error) {
      fail(messageId, error, timer);
    }
  };
  const waitOn = async (): Promise<void> => {
    const timers = early.map(({ timer }) => timer);
    const refused = await enqueue(surroundings.queue, timers, now);
    for (const { messageId, timer } of early) {
      const error = refused.get(timer);
      if (error) fail(messageId, error, timer);
    }
  };
  await Promise.all([waitOn(), ...due.map(fireOne)]);
  return failed;
};
