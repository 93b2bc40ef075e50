import { markdown } from '../markdown.ts';
import { percentile } from '../percentile.ts';

/** Milliseconds of each call, by its name, and of all stories from the first call to the last answer. */
export type Figures = { times: ReadonlyMap<string, readonly number[]>; stories: number; milliseconds: number };

const ranks = (values: readonly number[] = []): [p50: number, p99: number] => {
  const sorted = values.toSorted((one, other) => one - other);
  return [percentile(sorted, 50), percentile(sorted, 99)];
};

const perSecond = ({ stories, milliseconds }: Figures): number => (1_000 * stories) / milliseconds;

/** A Markdown table: a line for each call, then how many stories a second. The ratio is of the medians, and of the rates. */
export const report = (service: Figures, raw: Figures): string => {
  const calls = [...service.times].map(([name, times]) => {
    const [p50, p99] = ranks(times);
    const [rawP50, rawP99] = ranks(raw.times.get(name));
    return [
      name,
      String(times.length),
      ...[p50, p99, rawP50, rawP99].map((each) => each.toFixed(1)),
      (p50 / rawP50).toFixed(2),
    ];
  });
  const [mine, theirs] = [perSecond(service), perSecond(raw)];
  return markdown(
    ['call', 'calls', 'p50 ms', 'p99 ms', 'raw p50', 'raw p99', 'ratio'],
    [
      ...calls,
      [
        'hotfixes a second',
        String(service.stories),
        mine.toFixed(2),
        '',
        theirs.toFixed(2),
        '',
        (mine / theirs).toFixed(2),
      ],
    ],
  );
};
