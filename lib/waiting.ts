/** A read that waits for something new, and looks again and again meanwhile. */

import { setTimeout } from 'node:timers/promises';

/** `began`: when the call came in, milliseconds since the epoch; from then on it waits for so many seconds at most. */
export type Patience = { seconds: number | undefined; began: number };

/** The clock and the pauses, which a test has of its own. */
export type Time = { now: () => number; pause: (milliseconds: number) => Promise<unknown> };

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Within 28 s Lambda ends the function, and the caller would learn nothing. A call that waited 20 s and then finds that
 * the table does not answer says so before.
 */
const ANSWER_LIMIT_MS = 27_000;
export const answerLimit = ({ began }: Patience): AbortSignal =>
  AbortSignal.timeout(Math.max(began + ANSWER_LIMIT_MS - Date.now(), 0));

/** Reads until `isNew` holds of what was read, or the time is up: what was read last, `first` where that is new already. */
export const awaited = async <T>(
  { first, read, isNew }: { first: T; read: () => Promise<T>; isNew: (value: T) => boolean },
  { seconds = 0, began }: Patience,
  time: Time = { now: Date.now, pause: setTimeout },
): Promise<T> => {
  const end = began + seconds * 1_000;
  let value = first;
  for (let pauseMs = FIRST_PAUSE_MS; !isNew(value); pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const left = end - time.now();
    if (left <= 0) break;
    await time.pause(Math.min(pauseMs, left));
    value = await read();
  }
  return value;
};
