/** What stands in the template and is paid for while nobody calls. */

import { type Properties, resourcesOf, type Template } from '../../../infra/local/template.ts';
import type { Line } from './bill.ts';
import { prices, SECONDS_A_MONTH } from './prices.ts';

/** Lambda waits so long for a message (SQS API reference, `ReceiveMessage`). */
const POLL_SECONDS = 20;
/** Of an idle queue, fewest and most (AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings"). */
const POLLERS = { fewest: 2, most: 5 };

type Alarm = { MetricName?: string; Metrics?: { MetricStat?: unknown }[] };

const metricsOf = ({ MetricName, Metrics = [] }: Alarm): number =>
  MetricName ? 1 : Metrics.filter(({ MetricStat }) => MetricStat).length;

const isPolling = ({ StartingPosition, Enabled = true }: Properties): boolean => !StartingPosition && Enabled === true;

export const idleMonthOf = (template: Template): Line[] => {
  const all = (type: string): Properties[] => resourcesOf(template, type).map(([, properties]) => properties);
  const polls = (pollers: number): number =>
    all('AWS::Lambda::EventSourceMapping').filter(isPolling).length * pollers * (SECONDS_A_MONTH / POLL_SECONDS);
  const alarms = all('AWS::CloudWatch::Alarm');
  const line = (what: string, count: number, each: number): Line => ({ what, count, dollars: count * each });
  return [
    line(
      `metrics of ${alarms.length} alarms`,
      alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
      prices.alarmMetricMonth.dollars,
    ),
    line('dashboards', all('AWS::CloudWatch::Dashboard').length, prices.dashboardMonth.dollars),
    line('polls of queues, at the least', polls(POLLERS.fewest), prices.sqsRequest.dollars),
    line(
      'polls of queues, at the most beyond that',
      polls(POLLERS.most) - polls(POLLERS.fewest),
      prices.sqsRequest.dollars,
    ),
    line(
      'polls of the stream',
      all('AWS::Lambda::EventSourceMapping').filter(({ StartingPosition }) => StartingPosition).length,
      0,
    ),
    line('keys of KMS', all('AWS::KMS::Key').length, prices.keyMonth.dollars),
    line('parameters of SSM, standard', all('AWS::SSM::Parameter').length, 0),
    line('functions', all('AWS::Lambda::Function').length, 0),
    line('metrics of the service, without calls', 0, prices.metricMonth.dollars),
  ];
};
