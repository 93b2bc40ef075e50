import { markdown } from '../markdown.ts';
import { percentile } from '../percentile.ts';
import type { Sum } from '../tally.ts';

/** What was found in a table of so many ATPs, by the name of the call; the baseline was not counted. */
export type Found = { atps: number; sums: ReadonlyMap<string, Sum>; times: ReadonlyMap<string, readonly number[]> };

/** The least that a step could ask of the table, made by hand. */
export const RAW = 'raw: one read, one write of 3';

const cell = (values: readonly (number | undefined)[]): string => {
  const shown = values.map((value) => (value === undefined ? '' : String(value)));
  return new Set(shown).size === 1 ? (shown[0] ?? '') : shown.join(' / ');
};

const median = (times: readonly number[] = []): number =>
  percentile(
    times.toSorted((one, other) => one - other),
    50,
  );

const ratioOf = (smallest = Number.NaN, largest = Number.NaN): string => {
  const ratio = largest / smallest;
  return Number.isNaN(ratio) ? '' : ratio.toFixed(2);
};

const sameIn = (found: readonly Found[], name: string): boolean =>
  new Set(found.map(({ sums }) => JSON.stringify(sums.get(name)))).size === 1;

/** An empty table fills no page, so it is no measure of lists: of a call that costs less there, the others are compared. */
export const isFlat = (found: readonly Found[], name: string): boolean => {
  if (sameIn(found, name)) return true;
  const [empty, ...others] = found;
  return (
    empty?.atps === 0 &&
    others.length > 1 &&
    sameIn(others, name) &&
    (empty.sums.get(name)?.read ?? 0) < (others[0]?.sums.get(name)?.read ?? 0)
  );
};

/** What grew with the table. */
export const grown = (found: readonly Found[]): string[] =>
  [...(found[0]?.sums.keys() ?? [])].filter((name) => !isFlat(found, name));

/**
 * A Markdown table. Figures that differ between the tables stand beside each other, smallest table first. The ratio is
 * of the medians in the largest table and in the smallest with which the call can be compared.
 */
export const report = (found: readonly Found[]): string => {
  const [smallest] = found;
  // What the notifier does is counted and takes nobody's time; the baseline is timed and not counted.
  const names = [...new Set([...(smallest?.sums.keys() ?? []), ...(smallest?.times.keys() ?? [])])];
  const columns = [
    'call',
    'calls',
    'requests',
    'read units',
    'write units',
    ...found.map(({ atps }) => `p50 ms at ${atps.toLocaleString('en')}`),
    'ratio',
    'flat',
  ];
  const rows = names.map((name) => {
    const sums = found.map((each) => each.sums.get(name));
    const medians = found.map(({ times }) => median(times.get(name)));
    const first = sameIn(found, name) ? 0 : 1;
    return [
      name,
      ...(['calls', 'requests', 'read', 'write'] as const).map((part) => cell(sums.map((sum) => sum?.[part]))),
      ...medians.map((value) => (Number.isNaN(value) ? '' : value.toFixed(1))),
      ratioOf(medians[first], medians.at(-1)),
      sums[0] ? (isFlat(found, name) ? 'yes' : 'no') : '',
    ];
  });
  return markdown(columns, rows);
};
