import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianOf, mondayOf, weeksOf } from '../../lib/board/times.ts';
import { at, givenAtp, OPENED } from './given.ts';

const MINUTE = 60_000;
const WEEK_MINUTES = 7 * 24 * 60;
const closed = (minutes: number, fields = {}) =>
  givenAtp({ status: 'Closed', closedAt: at(minutes), completedAt: at(minutes - 1), ...fields });

describe('times by week', () => {
  test('median and slowest of what was closed in it, from its opening; who was never acknowledged counts in no such figure', () => {
    const [week, ...others] = weeksOf([
      closed(10, { acknowledgedAt: at(2) }),
      closed(30, { acknowledgedAt: at(4) }),
      closed(20),
    ]);
    expect(others).toEqual([]);
    expect(week).toEqual({
      monday: Date.parse('2026-11-23T00:00:00.000Z'),
      closed: 3,
      acknowledge: { count: 2, median: 3 * MINUTE, slowest: 4 * MINUTE },
      fix: { count: 3, median: 19 * MINUTE, slowest: 29 * MINUTE },
      close: { count: 3, median: 20 * MINUTE, slowest: 30 * MINUTE },
    });
  });

  test('a week without a closure stands between those that have some', () => {
    const weeks = weeksOf([closed(5), closed(2 * WEEK_MINUTES)]);
    expect(weeks.map((week) => week.closed)).toEqual([1, 0, 1]);
    expect(weeks[1]?.close).toEqual({ count: 0 });
  });

  test('what is open, rejected, a drill or a review is left out', () => {
    const left = [
      givenAtp(),
      givenAtp({ status: 'Rejected', closedAt: at(1) }),
      closed(1, { drill: true }),
      closed(1, { type: 'review' }),
    ];
    expect(weeksOf(left)).toEqual([]);
  });

  test('a week begins on Monday at midnight UTC', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const monday = new Date(mondayOf(date.getTime()));
          expect([monday.getUTCDay(), monday.getTime() % (24 * 60 * MINUTE)]).toEqual([1, 0]);
          expect(date.getTime() - monday.getTime()).toBeLessThan(WEEK_MINUTES * MINUTE);
          expect(monday.getTime()).toBeLessThanOrEqual(date.getTime());
        },
      ),
    );
    expect(new Date(mondayOf(Date.parse(OPENED))).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  });

  test('the median of nothing is none', () => {
    expect([medianOf([]), medianOf([5]), medianOf([9, 1]), medianOf([3, 1, 2])]).toEqual([undefined, 5, 5, 2]);
  });
});
