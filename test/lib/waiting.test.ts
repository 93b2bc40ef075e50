import { describe, expect, test } from 'vitest';
import { awaited } from '../../lib/waiting.ts';

const BEGAN = 1_000_000;

/** A clock that only pauses and reads move: what was paused, and at which times it was read. */
const given = (seconds: number | undefined, { newAt = Number.POSITIVE_INFINITY, readMs = 0, late = 0 } = {}) => {
  let now = BEGAN + late;
  const pauses: number[] = [];
  const time = {
    now: () => now,
    pause: async (milliseconds: number) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  };
  const read = async () => {
    now += readMs;
    return now - BEGAN;
  };
  const wait = () => awaited({ first: 0, read, isNew: (at) => at >= newAt }, { seconds, began: BEGAN }, time);
  return { wait, pauses };
};

describe('given a read that waits', () => {
  test('when nothing new comes, then pauses grow to 2 s, the last is cut, and it ends when its time is up', async () => {
    const { wait, pauses } = given(20);
    expect(await wait()).toBe(20_000);
    expect(pauses).toEqual([250, 500, 1_000, ...Array(9).fill(2_000), 250]);
  });

  test('when something new comes, then the first read after it is the last', async () => {
    const { wait, pauses } = given(20, { newAt: 700 });
    expect(await wait()).toBe(750);
    expect(pauses).toEqual([250, 500]);
  });

  test('when the call came in a while ago, and reads are slow, then that is of its time', async () => {
    const { wait, pauses } = given(5, { readMs: 1_000, late: 2_000 });
    expect(await wait()).toBe(6_000);
    expect(pauses).toEqual([250, 500, 250]);
  });

  test.each([undefined, 0])('when it waits %s seconds, then what was read first is all', async (seconds) => {
    const { wait, pauses } = given(seconds);
    expect(await wait()).toBe(0);
    expect(pauses).toEqual([]);
  });

  test('when what was read first is new, then it does not wait', async () => {
    const { wait, pauses } = given(20, { newAt: 0 });
    expect(await wait()).toBe(0);
    expect(pauses).toEqual([]);
  });
});
