/** The queue of timers: a deadline is a message that comes when it is due. */

import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Timer } from '../model.ts';
import { requestTimeouts } from '../request-timeouts.ts';

export type TimerQueue = { sqs: SQSClient; url: string };

/** The longest that SQS holds a message back, in seconds (SQS API reference, `SendMessage`). */
const DELAY_LIMIT = 900;
/** Messages of a batch (SQS API reference, `SendMessageBatch`). */
const BATCH_LIMIT = 10;

/** Made once per execution environment, at start-up. */
export const openQueue = (url: string): TimerQueue => ({
  sqs: new SQSClient({ requestHandler: requestTimeouts }),
  url,
});

/** Seconds until the timer is due, rounded up so that it never comes early; no more than SQS can wait, and no less than none. */
export const delaySeconds = ({ dueAt }: Timer, now: number): number =>
  Math.min(DELAY_LIMIT, Math.max(0, Math.ceil((Date.parse(dueAt) - now) / 1_000)));

export const isDue = ({ dueAt }: Timer, now: number): boolean => Date.parse(dueAt) <= now;

/** What a message or an item holds, if it is a timer. */
export const asTimer = (value: unknown): Timer => {
  const { atpId, deadline, dueAt } = (value ?? {}) as { [name: string]: unknown };
  const isName = (text: unknown): text is string => typeof text === 'string' && text !== '';
  if (!isName(atpId) || !isName(deadline) || !isName(dueAt) || Number.isNaN(Date.parse(dueAt)))
    throw new Error('this is no timer: it needs an atpId, a deadline and a time at which that is due');
  return { atpId, deadline, dueAt };
};

/**
 * Sends timers that come back when they are due, or as late as SQS allows. Answers those that SQS did not take, each
 * with the reason: the others are sent. `now` is in milliseconds since the epoch.
 */
export const enqueue = async (
  queue: TimerQueue,
  timers: readonly Timer[],
  now: number,
): Promise<ReadonlyMap<Timer, Error>> => {
  const batches = Array.from({ length: Math.ceil(timers.length / BATCH_LIMIT) }, (_, position) =>
    timers.slice(position * BATCH_LIMIT, (position + 1) * BATCH_LIMIT),
  );
  const refused = await Promise.all(batches.map((batch) => sendBatch(queue, batch, now)));
  return new Map(refused.flat());
};

const sendBatch = async (
  { sqs, url }: TimerQueue,
  timers: readonly Timer[],
  now: number,
): Promise<[Timer, Error][]> => {
  const Entries = timers.map((timer, position) => ({
    Id: String(position),
    MessageBody: JSON.stringify(timer),
    DelaySeconds: delaySeconds(timer, now),
  }));
  try {
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    return timers.flatMap((timer, position): [Timer, Error][] => {
      const failure = Failed.find(({ Id }) => Id === String(position));
      return failure ? [[timer, new Error(`SQS refused the timer: ${failure.Code} ${failure.Message}`)]] : [];
    });
  } catch (error) {
    // Whether SQS has them is not known: what is sent again comes twice, and that does no harm.
    const reason = error instanceof Error ? error : new Error(String(error));
    return timers.map((timer) => [timer, reason]);
  }
};
