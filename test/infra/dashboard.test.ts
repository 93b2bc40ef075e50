import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../lib/metrics/names.ts';
import { toolNames } from '../../lib/model.ts';
import { named, onlyOf, propertiesOf, SYNTHESIS_MS, synthesized } from '../support/synthesis.ts';

type Widget = {
  type: string;
  width: number;
  x: number;
  properties: { title?: string; metrics?: unknown[][]; alarms?: string[] };
};

let template: Template;
let widgets: Widget[];

beforeAll(async () => {
  template = await synthesized({ stage: 'dev' });
  const { DashboardBody } = named(onlyOf(template, 'AWS::CloudWatch::Dashboard').Properties) as {
    DashboardBody: string;
  };
  ({ widgets } = JSON.parse(DashboardBody));
}, SYNTHESIS_MS);

const shown = (): string[] =>
  widgets.flatMap(({ properties }) => (properties.metrics ?? []).map((row) => JSON.stringify(row)));

describe('the dashboard', () => {
  test('shows each metric of the service, of this stack alone', () => {
    const own = shown().filter((row) => row.includes('HotfixControlPlane'));
    for (const row of own) expect(row).toMatch(/^\["HotfixControlPlane-dev",|SEARCH\('\{\\"HotfixControlPlane-dev\\",/);
    const missing = Object.keys(metrics).filter((name) => !own.some((row) => new RegExp(`\\b${name}\\b`).test(row)));
    expect(missing).toEqual([]);
  });

  test('shows every alarm, and every function that is more than a fixed answer', () => {
    const alarms = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(alarms).toHaveLength(propertiesOf(template, 'AWS::CloudWatch::Alarm').length);
    const errors = shown().filter((row) => row.startsWith('["AWS/Lambda","Errors"'));
    expect(errors).toHaveLength(
      propertiesOf(template, 'AWS::Lambda::Function').length -
        ['health', 'not-found', 'openapi', 'board', 'resource-metadata'].length,
    );
    for (const name of toolNames) expect(errors.some((row) => row.includes(`"label":"${name}"`))).toBe(true);
  });

  test('fits into the 24 columns of CloudWatch', () => {
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});
