import { percentile } from '../percentile.ts';

/** At most so many milliseconds more than the barest handler, at the median. */
export const GOAL_MS = 0.3;

/** Times of single calls, in milliseconds: all rounds together. */
export type Row = { subject: string; own: number[]; baseline: number[] };

const columns = ['subject', 'p50 ms', 'p95 ms', 'baseline p50 ms', 'baseline p95 ms', 'more ms', `<= ${GOAL_MS}`];

const cells = ({ subject, own, baseline }: Row): string[] => {
  const [mine, theirs] = [own, baseline].map((times) => {
    const sorted = times.toSorted((a, b) => a - b);
    return [percentile(sorted, 50), percentile(sorted, 95)];
  });
  const more = (mine?.[0] ?? Number.NaN) - (theirs?.[0] ?? Number.NaN);
  const times = [...(mine ?? []), ...(theirs ?? [])].map((ms) => ms.toFixed(2));
  return [subject, ...times, more.toFixed(2), more <= GOAL_MS ? 'yes' : 'no'];
};

/** A Markdown table. */
export const report = (rows: readonly Row[]): string => {
  const lines = [columns, columns.map((_, column) => (column === 0 ? '---' : '---:')), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
};
