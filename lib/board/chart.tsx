import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { spanOf } from './span.ts';
import type { Measure, Week } from './times.ts';

const HEIGHT = 220;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Between two lines of a scale: lengths that people think in. */
const STEPS = [1 / 6, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 7_200, 14_400].map(
  (minutes) => minutes * MINUTE,
);

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The median and the slowest of each week as two lines. The figures stand in the table below: a canvas tells nobody who cannot see it. */
export const Chart = ({ weeks, measure, label }: { weeks: readonly Week[]; measure: Measure; label: string }) => {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    let plot = drawn(current, weeks, measure);
    const sized = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT }));
    sized.observe(current);
    const recolour = (): void => {
      plot.destroy();
      plot = drawn(current, weeks, measure);
    };
    dark.addEventListener('change', recolour);
    return () => {
      dark.removeEventListener('change', recolour);
      sized.disconnect();
      plot.destroy();
    };
  }, [weeks, measure]);
  return <div class="chart" ref={place} role="img" aria-label={label} />;
};

const drawn = (place: HTMLElement, weeks: readonly Week[], measure: Measure): uPlot => {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const ruled = { stroke: colour('--line'), width: 1 };
  const axis = { stroke: colour('--quiet'), grid: ruled, ticks: ruled };
  const line = { points: { show: true, fill: colour('--paper') }, width: 2 };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      // Weeks begin on Mondays, UTC.
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), 'Etc/UTC'),
      scales: { y: { range: (_, __, most) => [0, Math.max(most, SECOND)] } },
      axes: [
        { ...axis, values: (_, mondays) => mondays.map(dayOf) },
        { ...axis, size: 80, incrs: STEPS, values: (_, lengths) => lengths.map(spanOf) },
      ],
      series: [
        {},
        { ...line, label: 'median', stroke: colour('--link') },
        { ...line, label: 'slowest', stroke: colour('--bad'), dash: [6, 4] },
      ],
    },
    [
      weeks.map(({ monday }) => monday / SECOND),
      weeks.map((week) => week[measure].median ?? null),
      weeks.map((week) => week[measure].slowest ?? null),
    ],
    place,
  );
};

const dayOf = (seconds: number): string => new Date(seconds * SECOND).toISOString().slice(5, 10);
