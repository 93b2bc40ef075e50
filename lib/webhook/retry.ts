/**
 * Seconds from each failed attempt to the next: nine attempts in 23.6 hours. The first retry is for a receiver that
 * was just being restarted, the last ones for one that is mended in the morning.
 */
export const delays = [5, 60, 300, 1_800, 7_200, 18_000, 25_200, 32_400] as const;

/** Up to a tenth is added, so that all that failed at once does not come back at once. */
const SPREAD = 0.1;

/** When the attempt after this one is due, in milliseconds since the epoch; undefined when it was the last. */
export const nextAttemptAt = (attempt: number, now: number, random = Math.random()): number | undefined => {
  const delay = delays[attempt];
  return delay === undefined ? undefined : now + Math.ceil(delay * 1_000 * (1 + SPREAD * random));
};
