import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { type MetricName, metrics } from '../lib/metrics/names.ts';
import type { Alarms } from './alarms.ts';
import type { Api } from './api.ts';
import type { Decisions } from './decisions.ts';
import type { ServiceFunction } from './function.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';
import type { Outbox } from './outbox.ts';
import type { Pagers } from './pagers.ts';
import type { Report } from './report.ts';
import type { ControlPlaneTable } from './table.ts';
import type { Timers } from './timers.ts';
import type { Tools } from './tools.ts';
import type { Webhooks } from './webhooks.ts';

type Shown = {
  alarms: Alarms;
  api: Api;
  decisions: Decisions;
  mcp: McpEndpoint;
  outbox: Outbox;
  pagers: Pagers;
  report: Report;
  table: ControlPlaneTable;
  timers: Timers;
  tools: Tools;
  webhooks: Webhooks;
};

/** Flows of incidents: the others wait in a queue, and their times say nothing of the service. */
const incidents = ['hotfix', 'emergency'];

const WIDTH = 8;
const HEIGHT = 6;
const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
  new GraphWidget({ title, left, right, width: WIDTH, height: HEIGHT, leftYAxis: { min: 0 } });

/** Over the time that is looked at: incidents are too few for a line. */
const figures = (title: string, shown: IMetric[]): IWidget =>
  new SingleValueWidget({ title, metrics: shown, width: WIDTH, height: HEIGHT, setPeriodToTimeRange: true });

const p = (percentile: number): string => `p${percentile}`;
const hour = { period: Duration.hours(1) };
const fiveMinutes = { period: Duration.minutes(5) };

/** All that whoever runs the service looks at first, on one page. docs/metrics.md says what each metric means. */
export class Dashboard extends Construct {
  readonly #namespace: string;

  constructor(scope: Construct, id: string, shown: Shown) {
    super(scope, id);
    this.#namespace = Stack.of(this).stackName;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: this.#namespace,
      defaultInterval: Duration.days(1),
      widgets: [
        this.#state(shown),
        this.#flow(),
        this.#times(),
        this.#told(),
        waiting(shown),
        api(shown),
        functions(shown),
      ],
    });
  }

  #state({ alarms }: Shown): IWidget[] {
    const markdown = `# ${this.#namespace}\nAlarms: docs/runbook.md. Metrics: docs/metrics.md. Times are in UTC, drills are left out.`;
    return [
      new TextWidget({ markdown, width: WIDTH, height: 4 }),
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: 2 * WIDTH, height: 4 }),
    ];
  }

  #flow(): IWidget[] {
    return [
      graph('Incidents', this.#counts('Opened', 'Acknowledged', 'Completed', 'Closed', 'Rejected')),
      graph('Refusals by code', [this.#each('Refused', 'code')]),
      graph('Pages by what became of them', [this.#each('PagesTaken', 'effect')]),
    ];
  }

  #times(): IWidget[] {
    const percentiles = (name: MetricName): IMetric[] =>
      incidents.flatMap((type) => [50, 90].map((each) => this.#of(name, p(each), { type }, `${type} ${p(each)}`)));
    return [
      figures('Time to acknowledge', percentiles('TimeToAcknowledge')),
      figures('Time to fix', percentiles('TimeToFix')),
      figures('Time to close', percentiles('TimeToClose')),
    ];
  }

  #told(): IWidget[] {
    const age = [50, 90, 100].map((each) => this.#of('NoticeAge', p(each), {}, `age ${p(each)}, ms`));
    const late = this.#of('TimerLateness', p(100), {}, 'late, ms');
    const met = ['@pm', '@system'].map((metBy) => this.#of('ObligationsMet', 'sum', { metBy }, `met by ${metBy}`));
    return [
      graph('Notices', [this.#of('NoticesPublished'), this.#of('NoticesLate')], age),
      graph('Timers fired', [this.#each('TimersFired', 'deadline')], [late]),
      graph('Obligations of closed incidents', met),
    ];
  }

  #counts(...names: MetricName[]): IMetric[] {
    return names.flatMap((name) => incidents.map((type) => this.#of(name, 'sum', { type }, `${name} ${type}`)));
  }

  #of(metricName: MetricName, statistic = 'sum', dimensionsMap: Record<string, string> = {}, label?: string): Metric {
    const namespace = this.#namespace;
    return new Metric({ ...hour, namespace, metricName, statistic, dimensionsMap, ...(label && { label }) });
  }

  /** Whichever values a dimension has had in two weeks. */
  #each(name: MetricName, dimension: string): IMetric {
    if (!metrics[name].by.some(([only]) => only === dimension))
      throw new Error(`${name} has no dimension ${dimension}`);
    const expression = `SEARCH('{"${this.#namespace}",${dimension}} MetricName="${name}"', 'Sum', 3600)`;
    return new MathExpression({ ...hour, expression, label: '', usingMetrics: {} });
  }
}

const waiting = ({ outbox, pagers, table, timers, webhooks }: Shown): IWidget[] => {
  const queues = { notifier: outbox, timers, pagers, webhooks };
  const depths = Object.entries(queues).map(([label, { deadLetters }]) =>
    deadLetters.metricApproximateNumberOfMessagesVisible({ ...fiveMinutes, statistic: 'max', label }),
  );
  const operations = [Operation.BATCH_GET_ITEM, Operation.TRANSACT_WRITE_ITEMS, Operation.UPDATE_ITEM, Operation.QUERY];
  const throttled = operations.map((operation) =>
    table.table.metric('ThrottledRequests', {
      ...fiveMinutes,
      statistic: 'sum',
      dimensionsMap: { TableName: table.table.tableName, Operation: operation },
      label: operation,
    }),
  );
  const lag = Object.entries({ messages: outbox.notify, events: outbox.queueEvents }).map(([label, { lambda }]) =>
    lambda.metric('IteratorAge', { ...fiveMinutes, statistic: 'max', label: `${label}, ms` }),
  );
  return [
    graph('Dead letters', depths),
    graph('Throttled requests to the table', throttled),
    graph('Lag of the notifier', lag),
  ];
};

const api = ({ api: { api } }: Shown): IWidget[] => {
  const sum = { ...fiveMinutes, statistic: 'sum' };
  return [
    graph('Calls', [api.metricCount({ ...sum, label: 'all' })]),
    graph('Refused and failed', [
      api.metricClientError({ ...sum, label: '4xx' }),
      api.metricServerError({ ...sum, label: '5xx' }),
    ]),
    graph(
      'Latency, ms',
      [50, 90, 99].map((each) => api.metricLatency({ ...fiveMinutes, statistic: p(each), label: p(each) })),
    ),
  ];
};

const functions = ({ decisions, mcp, outbox, pagers, report, timers, tools, webhooks }: Shown): IWidget[] => {
  const all: [string, ServiceFunction][] = [
    ...Object.entries(tools.functions),
    ...Object.entries(pagers.functions).map(([name, each]): [string, ServiceFunction] => [`pager-${name}`, each]),
    ['report', report.report],
    ['mcp', mcp.mcp],
    ['decision', decisions.decision],
    ['notify', outbox.notify],
    ['queue-events', outbox.queueEvents],
    ['timer', timers.timer],
    ['webhook', webhooks.webhook],
  ];
  const of = (show: (each: ServiceFunction, label: string) => IMetric) => all.map(([name, each]) => show(each, name));
  return [
    graph(
      'Errors of functions',
      of(({ lambda }, label) => lambda.metricErrors({ ...fiveMinutes, label })),
    ),
    graph(
      'Duration of functions, p90 ms',
      of(({ lambda }, label) => lambda.metricDuration({ ...fiveMinutes, statistic: p(90), label })),
    ),
    graph(
      'Throttled functions',
      of(({ lambda }, label) => lambda.metricThrottles({ ...fiveMinutes, label })),
    ),
  ];
};
