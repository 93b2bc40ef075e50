import { percentile } from '../percentile.ts';

/** What one directive took, in milliseconds from the first request: to the last answer, and to its notice in the queue. */
export type Taken = { answeredMs: number; noticedMs: number };

export type Figures = { pages: readonly Taken[]; baseline: readonly Taken[] };

const ranks = (values: readonly number[]): number[] => {
  const sorted = values.toSorted((one, other) => one - other);
  return [50, 95, 100].map((percent) => percentile(sorted, percent));
};

const columns = ['what', 'count', 'p50 ms', 'p95 ms', 'max ms'];
const NAME_WIDTH = 36;

const line = ([name = '', ...values]: readonly string[]): string =>
  `| ${[name.padEnd(NAME_WIDTH), ...values.map((value) => value.padStart(6))].join(' | ')} |`;

const row = (name: string, values: readonly number[]): string =>
  line([name, String(values.length), ...ranks(values).map((value) => value.toFixed(0))]);

/** A page is one request and the baseline two, so the ratio is of what whoever is paged has to wait for. */
const ratios = ({ pages, baseline }: Figures): string => {
  const mine = ranks(pages.map(({ noticedMs }) => noticedMs));
  const theirs = ranks(baseline.map(({ noticedMs }) => noticedMs));
  return line(['ratio, to the notice', '', ...mine.map((value, rank) => (value / (theirs[rank] ?? 0)).toFixed(2))]);
};

/** A Markdown table. */
export const report = (figures: Figures): string => {
  const { pages, baseline } = figures;
  return [
    line(columns),
    `|${'-'.repeat(NAME_WIDTH + 2)}|${columns
      .slice(1)
      .map(() => '-------:')
      .join('|')}|`,
    row(
      'page, to its answer',
      pages.map(({ answeredMs }) => answeredMs),
    ),
    row(
      'page, to the notice',
      pages.map(({ noticedMs }) => noticedMs),
    ),
    row(
      'atp_set, message_send, to the answer',
      baseline.map(({ answeredMs }) => answeredMs),
    ),
    row(
      'atp_set, message_send, to the notice',
      baseline.map(({ noticedMs }) => noticedMs),
    ),
    ratios(figures),
  ].join('\n');
};
