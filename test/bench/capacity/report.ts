import { markdown } from '../markdown.ts';
import type { Tally } from '../tally.ts';
import { type Line, totalOf } from './bill.ts';

/** Requests and capacity units of a story, by call. */
export const counts = ({ sums, total }: Tally): string =>
  markdown(
    ['call', 'calls', 'requests', 'read units', 'write units'],
    [...sums, ['total', total] as const].map(([name, { calls, requests, read, write }]) => [
      name,
      ...[calls, requests, read, write].map(String),
    ]),
  );

const inDollars = (dollars: number): string => dollars.toFixed(dollars < 0.1 ? 6 : 2);

export const bill = (lines: readonly Line[], of: string): string =>
  markdown(
    [of, 'count', 'dollars'],
    [
      ...lines.map(({ what, count, dollars }) => [what, Math.round(count).toLocaleString('en'), inDollars(dollars)]),
      ['total', '', inDollars(totalOf(lines))],
    ],
  );
