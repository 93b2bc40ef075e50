import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagerEntry, pagerNames } from '../../../infra/entries.ts';
import { flows } from '../../../lib/flow/flows.ts';
import type { PageEffect } from '../../../lib/flow/plan/page.ts';
import { type MetricName, metrics } from '../../../lib/metrics/names.ts';
import { pagerSources, toolNames } from '../../../lib/model.ts';
import { httpStatus } from '../../../lib/refusal.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| ([\w; ]*?) ?\| (\d+) \|/gm)].map(
  ([, name, unit, by, kept]) => ({
    name,
    unit,
    by,
    kept: Number(kept),
  }),
);

const effects: Record<PageEffect, true> = {
  opened: true,
  repeated: true,
  raised: true,
  acknowledged: true,
  resolved: true,
  updated: true,
  ignored: true,
  dropped: true,
};

/** Values of each dimension that is the same for all metrics. The gateway alone throttles, and no door is before AWS's own. */
const values: Record<string, number> = {
  metBy: ['@pm', '@system'].length,
  code: Object.keys(httpStatus).filter((code) => code !== 'THROTTLED').length,
  tool: [...toolNames, 'report', ...pagerNames.filter((name) => name !== 'cloudwatch').map(pagerEntry)].length,
  source: pagerSources.length,
  effect: Object.keys(effects).length,
  deadline: new Set(flows.flatMap(({ deadlines }) => deadlines.map(({ name }) => name))).size,
};

const acknowledges = flows.filter(({ transitions }) => transitions.some(({ effects }) => effects.takesOwnership));
const rejects = flows.filter(({ transitions }) => transitions.some(({ to }) => to === 'Rejected'));
const types: { [name in MetricName]?: number } = {
  Acknowledged: acknowledges.length,
  TimeToAcknowledge: acknowledges.length,
  Rejected: rejects.length,
};

const kept = (name: MetricName): number =>
  metrics[name].by
    .map((set) => set.map((each) => (each === 'type' ? (types[name] ?? flows.length) : (values[each] ?? 0))))
    .reduce((sum, counts) => sum + counts.reduce((product, count) => product * count, 1), 0);

describe('docs/metrics.md', () => {
  it('lists each metric with its unit, its dimensions and how many of it there can be', () => {
    const names = Object.keys(metrics) as MetricName[];
    expect(rows).toEqual(
      names.map((name) => {
        const { unit, by } = metrics[name];
        return { name, unit, by: by.map((set) => set.join(' ')).join('; '), kept: kept(name) };
      }),
    );
  });

  it('says what they can cost in all', () => {
    const all = rows.reduce((sum, row) => sum + row.kept, 0);
    expect(page).toContain(`${all} in all, and two more`);
    expect(page).toContain(`$${((all + 2) * 0.3).toFixed(0)} a month`);
  });
});
