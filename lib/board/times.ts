import type { AtpView } from './answers.ts';
import { isReview } from './incidents.ts';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday: weeks begin on Mondays, UTC. */
const FIRST_MONDAY = 4 * DAY;

export const measures = ['acknowledge', 'fix', 'close'] as const;
export type Measure = (typeof measures)[number];
/** Milliseconds; undefined where nothing was measured. */
export type Spread = { count: number; median?: number; slowest?: number };
/** `monday`: epoch milliseconds. */
export type Week = { monday: number; closed: number } & Record<Measure, Spread>;

const ends = { acknowledge: 'acknowledgedAt', fix: 'completedAt', close: 'closedAt' } as const;

const taken = (atp: AtpView, measure: Measure): number[] => {
  const end = atp[ends[measure]];
  return end ? [Date.parse(end) - Date.parse(atp.createdAt)] : [];
};

/** Of an even number the mean of the two in the middle. */
export const medianOf = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const spreadOf = (values: readonly number[]): Spread => {
  const median = medianOf(values);
  return { count: values.length, ...(median !== undefined && { median, slowest: Math.max(...values) }) };
};

export const mondayOf = (time: number): number => Math.floor((time - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY;

/** From opening, by the week in which they were closed, without gaps. Drills and reviews are no incidents. */
export const weeksOf = (atps: readonly AtpView[]): Week[] => {
  const closed = atps.filter((atp) => atp.status === 'Closed' && atp.closedAt && !atp.drill && !isReview(atp));
  const byMonday = Map.groupBy(closed, ({ closedAt = '' }) => mondayOf(Date.parse(closedAt)));
  const mondays = [...byMonday.keys()];
  if (mondays.length === 0) return [];
  const [first, last] = [Math.min(...mondays), Math.max(...mondays)];
  return Array.from({ length: (last - first) / WEEK + 1 }, (_, n) => {
    const monday = first + n * WEEK;
    const held = byMonday.get(monday) ?? [];
    const [acknowledge, fix, close] = measures.map((measure) => spreadOf(held.flatMap((atp) => taken(atp, measure))));
    const none: Spread = { count: 0 };
    return { monday, closed: held.length, acknowledge: acknowledge ?? none, fix: fix ?? none, close: close ?? none };
  });
};
