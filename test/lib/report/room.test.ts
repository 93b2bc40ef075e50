import { describe, expect, test } from 'vitest';
import { Room } from '../../../lib/report/room.ts';

describe('the room of an answer', () => {
  test('given texts that fit, then all are whole', () => {
    const room = new Room(20_000);
    const held = ['short', 'x'.repeat(8_000)].map((text) => room.admit({}, 100, text)?.[0]);
    expect(held.map((each) => each?.text.length)).toEqual([5, 8_000]);
  });

  test('given too much, then the longest are cut, the short ones stay whole, and each says how long it was', () => {
    const room = new Room(20_000);
    const held = [5, 30_000, 900, 9_000].map((length) => room.admit({}, 100, 'x'.repeat(length))?.[0]);
    expect(held.map((each) => each?.bytes)).toEqual([5, 30_000, 900, 9_000]);
    const [short, longest, middle, long] = held.map((each) => each?.text.length ?? 0);
    expect([short, middle]).toEqual([5, 900]);
    expect(longest).toBe(long);
    expect(longest).toBeGreaterThan(2_000);
  });

  test('given wide characters and marks that JSON escapes, then they weigh what they take, and none is cut in two', () => {
    const room = new Room(10_000);
    const texts = ['🔥'.repeat(5_000), '"\\\n'.repeat(5_000)].map((text) => room.admit({}, 100, text)?.[0]?.text ?? '');
    expect(texts.every((text) => text.isWellFormed())).toBe(true);
    const held = new Room(10_000).admit({}, 100, '🔥'.repeat(5_000), '"\\\n'.repeat(5_000)) ?? [];
    const weight = Buffer.byteLength(JSON.stringify(JSON.stringify(held.map(({ text }) => text))));
    expect(weight).toBeLessThan(10_000);
  });

  test('given more records than there is room for, then the first that has none is refused, and changes nothing', () => {
    const room = new Room(20_000);
    const taken = Array.from({ length: 50 }, () => room.admit({ name: 'record' }, 1_000, 'y'.repeat(1_000)));
    const last = taken.indexOf(undefined);
    expect(last).toBeGreaterThan(5);
    expect(taken.slice(last).every((each) => each === undefined)).toBe(true);
    expect(taken[0]?.[0]?.text.length).toBe(256);
  });
});
