import { expect, test } from 'vitest';
import { idleMonthOf } from './idle.ts';

const mapping = (properties: object) => ({ Type: 'AWS::Lambda::EventSourceMapping', Properties: properties });
const alarm = (properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: properties });

test('given a template, then an idle month pays for what stands in it: metrics of alarms, and queues that are polled', () => {
  const resources = {
    Plain: alarm({ MetricName: 'Errors' }),
    Sum: alarm({ Metrics: [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }] }),
    Polled: mapping({}),
    Off: mapping({ Enabled: false }),
    Stream: mapping({ StartingPosition: 'TRIM_HORIZON' }),
  };
  const lines = idleMonthOf({ resources } as never);
  const counts = Object.fromEntries(lines.map(({ what, count }) => [what, count]));
  expect(counts).toMatchObject({
    'metrics of 2 alarms': 3,
    'polls of queues, at the least': (2 * (730 * 3_600)) / 20,
    'polls of the stream': 1,
    dashboards: 0,
  });
});
