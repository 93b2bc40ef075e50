import { percentile } from '../percentile.ts';
import { type Guess, guesses } from './checks.ts';

/** Nanoseconds of each round. */
export type Measured = { name: string; by: Record<Guess, readonly number[]> };

const quartiles = (values: readonly number[]): [number, number, number] => {
  const sorted = values.toSorted((one, other) => one - other);
  return [percentile(sorted, 25), percentile(sorted, 50), percentile(sorted, 75)];
};

/** How much longer a near miss takes than a far one, by the medians: 1 where nothing leaks. */
export const ratioOf = ({ by }: Measured): number => quartiles(by.near)[1] / quartiles(by.far)[1];

/** A Markdown table: quartiles of each kind of guess, and the ratio of near to far. */
export const report = (all: readonly Measured[]): string => {
  const columns = ['check', ...guesses.map((guess) => `${guess} ns (p25 p50 p75)`), 'near / far'];
  const lines = all.map((measured) => [
    measured.name,
    ...guesses.map((guess) =>
      quartiles(measured.by[guess])
        .map((value) => value.toFixed(0))
        .join(' '),
    ),
    ratioOf(measured).toFixed(3),
  ]);
  const shown = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [shown(columns), `|---|${'---:|'.repeat(columns.length - 1)}`, ...lines.map(shown)].join('\n');
};
