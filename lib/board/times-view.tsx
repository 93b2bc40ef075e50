import { useMemo } from 'preact/hooks';
import { Chart } from './chart.tsx';
import { useListing } from './hooks.ts';
import { closedOrder } from './listing.ts';
import { spanOf } from './span.ts';
import { type Measure, measures, type Spread, type Week, weeksOf } from './times.ts';
import { Refusal, View } from './view.tsx';

const PAUSE_MS = 60_000;

const headings: Record<Measure, string> = {
  acknowledge: 'Until somebody had it',
  fix: 'Until it was fixed',
  close: 'Until it was closed',
};

/** How long incidents took from their opening, by the week in which they were closed. */
export const Times = () => {
  const { atps, complete, refusal } = useListing(closedOrder, PAUSE_MS);
  const weeks = useMemo(() => weeksOf(atps), [atps]);
  return (
    <View heading="Times" name="Times">
      <Refusal detail={refusal} />
      {weeks.length > 0 ? (
        <Shown weeks={weeks} />
      ) : (
        <p role="status">{complete ? 'Nothing was closed yet.' : 'Reading…'}</p>
      )}
    </View>
  );
};

const Shown = ({ weeks }: { weeks: readonly Week[] }) => (
  <>
    <p>
      From opening, by the week of the closure: <span class="median">median</span>, and{' '}
      <span class="slowest">slowest (dashed)</span>. Without drills and reviews.
    </p>
    <div class="columns">
      {measures.map((measure) => (
        <section key={measure} aria-labelledby={measure}>
          <h2 id={measure}>{headings[measure]}</h2>
          <Chart
            weeks={weeks}
            measure={measure}
            label={`${headings[measure]}, by week; the figures are in the table`}
          />
        </section>
      ))}
    </div>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
    <section class="scrolled" aria-labelledby="figures" tabIndex={0}>
      <h2 id="figures">Figures</h2>
      <Figures weeks={weeks} />
    </section>
  </>
);

const Figures = ({ weeks }: { weeks: readonly Week[] }) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Week of</th>
        <th scope="col">Closed</th>
        {measures.map((measure) => (
          <th key={measure} scope="col">
            {headings[measure]}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {weeks.toReversed().map((week) => (
        <tr key={week.monday}>
          <th scope="row">{new Date(week.monday).toISOString().slice(0, 10)}</th>
          <td>{week.closed}</td>
          {measures.map((measure) => (
            <td key={measure}>{inWords(week[measure])}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);

const inWords = ({ median, slowest }: Spread): string =>
  median === undefined || slowest === undefined ? '–' : `${spanOf(median)}, slowest ${spanOf(slowest)}`;
