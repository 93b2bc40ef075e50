import { LATE_NOTICE_MS } from '../../../lib/metrics/names.ts';
import { markdown } from '../markdown.ts';
import { percentile } from '../percentile.ts';

/** Until the last page was answered, and how old each notice was, in milliseconds. */
export type Burst = { takenMs: number; ages: readonly number[] };

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

/** A Markdown table, a line for each burst; late is what the alarm `notices-late` calls so. */
export const report = (bursts: readonly Burst[]): string =>
  markdown(
    ['pages', 'taken within s', 'p50 s', 'p95 s', 'max s', `late, > ${LATE_NOTICE_MS / 1_000} s`],
    bursts.map(({ takenMs, ages }) => {
      const sorted = ages.toSorted((one, other) => one - other);
      return [
        String(ages.length),
        ...[takenMs, ...[50, 95, 100].map((percent) => percentile(sorted, percent))].map(seconds),
        String(ages.filter((age) => age > LATE_NOTICE_MS).length),
      ];
    }),
  );
