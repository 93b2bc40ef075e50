import { percentile } from '../percentile.ts';
import type { Arrival } from './arrivals.ts';

export type Storm = {
  sentWithinMs: number;
  machines: readonly { writtenAt: number; at: number }[];
  own: readonly Arrival[];
  digests: readonly Arrival[];
  writtenAt: ReadonlyMap<string, { writtenAt: number }>;
};

/** The most that lie within a second, wherever that begins. */
export const mostInASecond = (times: readonly number[]): number => {
  const sorted = times.toSorted((one, other) => one - other);
  let first = 0;
  return sorted.reduce((most, time, position) => {
    while ((sorted[first] ?? time) <= time - 1_000) first++;
    return Math.max(most, position - first + 1);
  }, 0);
};

export const report = ({ sentWithinMs, machines, own, digests, writtenAt }: Storm): string => {
  const ageOf = ({ messageId, at }: Arrival): number => at - (writtenAt.get(messageId)?.writtenAt ?? Number.NaN);
  const mails = [...own, ...digests].map(({ at, messageId }) => ({ at, messageId }));
  return [
    `Pages sent within ${seconds(sentWithinMs)} s. Mails of their own in a second, at most: ${mostInASecond(own.map(({ at }) => at))}.`,
    '',
    '| notices                  |  count |  p50 s |  p95 s |  max s |',
    '|--------------------------|-------:|-------:|-------:|-------:|',
    line(
      'to machines',
      machines.map((each) => each.at - each.writtenAt),
    ),
    line('by email of their own', own.map(ageOf)),
    line('by email in a digest', digests.map(ageOf)),
    line('by email, both', mails.map(ageOf)),
  ].join('\n');
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

const line = (what: string, ages: readonly number[]): string => {
  const sorted = ages.toSorted((one, other) => one - other);
  const figures = [percentile(sorted, 50), percentile(sorted, 95), percentile(sorted, 100)];
  const cells = [String(ages.length), ...figures.map(seconds)].map((cell) => cell.padStart(6));
  return `| ${what.padEnd(24)} | ${cells.join(' | ')} |`;
};
