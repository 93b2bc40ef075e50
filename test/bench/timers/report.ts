import { percentile } from '../percentile.ts';

/** When a deadline passed and when its escalation was written, in milliseconds since the epoch. */
export type Firing = { dueAt: number; sentAt: number };

/** An escalation is written at most this much after its deadline. */
export const BOUND_MS = 3_000;

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(2);

/** A Markdown table of one line. `due within` is the time from the first deadline to the last. */
export const report = (firings: readonly Firing[]): string => {
  const late = firings.map(({ dueAt, sentAt }) => sentAt - dueAt).toSorted((one, other) => one - other);
  const due = firings.map(({ dueAt }) => dueAt);
  const max = percentile(late, 100);
  const cells = [
    String(firings.length),
    ...[Math.max(...due) - Math.min(...due), percentile(late, 50), percentile(late, 95), max].map(seconds),
    max <= BOUND_MS ? 'yes' : 'no',
  ];
  const columns = ['timers', 'due within s', 'p50 s', 'p95 s', 'max s', `<= ${BOUND_MS / 1_000} s`];
  const line = (values: readonly string[]): string =>
    `| ${values.map((value, column) => value.padStart(columns[column]?.length ?? 0)).join(' | ')} |`;
  return [line(columns), `|${columns.map(({ length }) => `${'-'.repeat(length + 1)}:`).join('|')}|`, line(cells)].join(
    '\n',
  );
};
