import { expect, test } from 'vitest';
import { tokenBucket } from '../../../infra/local/throttle.ts';

test('given a token bucket, when it was emptied, then it fills at its rate and never beyond its burst', () => {
  let now = 0;
  const admits = tokenBucket({ rateLimit: 2, burstLimit: 3 }, () => now);
  const admitted = () => Array.from({ length: 10 }, () => admits()).filter(Boolean).length;
  expect(admitted()).toBe(3);
  now = 499;
  expect(admitted()).toBe(0);
  now = 1_000;
  expect(admitted()).toBe(2);
  now = 60_000;
  expect(admitted()).toBe(3);
});
