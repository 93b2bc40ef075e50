/** A stage's throttle: `burstLimit` calls at once, `rateLimit` a second. */
export type Throttle = { rateLimit: number; burstLimit: number };

/** A token bucket, as API Gateway documents its throttling: says of each call whether it is let through. */
export const tokenBucket = (
  { rateLimit, burstLimit }: Throttle,
  clock: () => number = () => performance.now(),
): (() => boolean) => {
  let tokens = burstLimit;
  let filled = clock();
  return () => {
    const now = clock();
    tokens = Math.min(burstLimit, tokens + ((now - filled) / 1000) * rateLimit);
    filled = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
