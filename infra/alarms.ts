import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type IMetric, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LATE_NOTICE_MS, type MetricName } from '../lib/metrics/names.ts';
import type { Api } from './api.ts';
import type { ServiceFunction } from './function.ts';
import type { Notifications } from './notifications.ts';
import type { Outbox } from './outbox.ts';
import type { Pagers } from './pagers.ts';
import type { Timers } from './timers.ts';
import type { Webhooks } from './webhooks.ts';

type Watched = {
  api: Api;
  outbox: Outbox;
  pagers: Pagers;
  timers: Timers;
  webhooks: Webhooks;
  notifications: Notifications;
};

type Watch = {
  /** Names the alarm, and its section of docs/runbook.md. */
  name: string;
  meaning: string;
  metric: IMetric;
  threshold?: number;
  evaluationPeriods?: number;
  /** How many of them have to be over the threshold; all, unless it is said. */
  datapointsToAlarm?: number;
};

const minute = { period: Duration.minutes(1) };
const fiveMinutes = { period: Duration.minutes(5) };

/**
 * A timer waits in its queue by design, 15 minutes at most, and is then a new message: whoever is older than that and
 * two minutes more is late, however many wait (Amazon SQS developer guide, `ApproximateAgeOfOldestMessage`).
 */
const LATE_TIMER_SECONDS = 900 + 120;

const webhookDeadLetters = ({ deadLetters }: Webhooks): Watch => ({
  name: 'webhook-dead-letters',
  meaning: 'A webhook was given up after a day: its receiver was not told of an event.',
  metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'max' }),
});

/**
 * What is throttled is not invoked, so it counts as no error (AWS Lambda developer guide, "Types of metrics for Lambda
 * functions"), and behind no API nobody is answered a 5xx. A burst is over in seconds and wakes nobody: Lambda tries again
 * by itself, a page at intervals that grow from 1 s to 5 minutes (ibid., "How Lambda handles errors and retries with
 * asynchronous invocation"). If they double, its tries fall into a third minute after two, and into three of fifteen until it
 * is given up (alarm-sources.ts). A function with concurrency of its own is left out: throttling it is what that is for.
 */
const throttled = (behindNoApi: readonly ServiceFunction[]): Watch => {
  const watched = behindNoApi.filter(({ isReserved }) => !isReserved);
  const throttles = watched.map(({ lambda }, index) => [`throttles${index}`, lambda.metricThrottles()] as const);
  return {
    name: 'functions-throttled',
    meaning: 'Notices, timers or pages wait: the account has no concurrency left for the functions that they need.',
    metric: new MathExpression({
      ...minute,
      expression: throttles.map(([id]) => `FILL(${id}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(throttles),
    }),
    evaluationPeriods: 15,
    datapointsToAlarm: 3,
  };
};

/**
 * What a person has to look at, told to the operations topic. A function that fails, runs out of time or is throttled
 * answers its caller with a 5xx, so one alarm on the API stands for all of them; the notifier, the timers
 * and the door that AWS invokes, behind no API, have their own.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { api, outbox, pagers, timers, webhooks, notifications }: Watched) {
    super(scope, id);
    const { deadLetters, notify, queueEvents } = outbox;
    const namespace = Stack.of(this).stackName;
    const own = (metricName: MetricName) => new Metric({ ...fiveMinutes, namespace, metricName, statistic: 'sum' });
    const turnedAway = api.accessLog.addMetricFilter('Throttled', {
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: namespace,
      metricName: 'ThrottledCalls',
    });
    const failed = timers.timer.log.addMetricFilter('FailedTimers', {
      filterPattern: FilterPattern.stringValue('$.level', '=', 'error'),
      metricNamespace: namespace,
      metricName: 'FailedTimers',
      // It is a term of a sum: with a zero for each minute of lines it is there when the other term is.
      defaultValue: 0,
    });
    const watches: Watch[] = [
      {
        name: 'notifier-dead-letters',
        meaning: 'A notice was given up after an hour of trying: somebody was not told of what the table holds.',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'max' }),
      },
      {
        name: 'notifier-late',
        meaning: 'Notices are published, or timers queued, more than a minute late.',
        metric: new MathExpression({
          ...minute,
          expression: 'MAX([FILL(messages, 0), FILL(events, 0)])',
          usingMetrics: {
            messages: notify.lambda.metric('IteratorAge', { statistic: 'max' }),
            events: queueEvents.lambda.metric('IteratorAge', { statistic: 'max' }),
          },
        }),
        threshold: LATE_NOTICE_MS,
        evaluationPeriods: 2,
      },
      {
        name: 'notices-late',
        meaning: 'Notices went out more than a minute after what they tell of.',
        metric: own('NoticesLate'),
      },
      {
        name: 'notifier-errors',
        meaning: 'The notifier crashed or ran out of time; its records are tried again.',
        metric: new MathExpression({
          ...fiveMinutes,
          expression: 'SUM([FILL(messages, 0), FILL(events, 0)])',
          usingMetrics: { messages: notify.lambda.metricErrors(), events: queueEvents.lambda.metricErrors() },
        }),
      },
      {
        name: 'timer-dead-letters',
        meaning:
          'A timer or a digest was given up after five tries: what its deadline asks for was not done, or notices were not mailed.',
        metric: timers.deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'max' }),
      },
      {
        name: 'timers-late',
        meaning: 'Timers and digests that are due wait in their queue.',
        metric: timers.queue.metricApproximateAgeOfOldestMessage({ ...minute, statistic: 'max' }),
        threshold: LATE_TIMER_SECONDS,
        evaluationPeriods: 2,
      },
      {
        name: 'timer-errors',
        meaning: 'A timer or a digest failed, or the function crashed or ran out of time; it comes again.',
        // A batch that fails in part is no error to Lambda.
        metric: new MathExpression({
          ...fiveMinutes,
          expression: 'FILL(crashed, 0) + FILL(failed, 0)',
          usingMetrics: {
            crashed: timers.timer.lambda.metricErrors(),
            failed: failed.metric({ statistic: 'sum' }),
          },
        }),
      },
      // Nobody pays for an alarm on what is turned off.
      ...(webhooks.enabled ? [webhookDeadLetters(webhooks)] : []),
      {
        name: 'pager-dead-letters',
        meaning: 'A page of AWS was given up after three tries or a quarter of an hour: nobody was told of an alarm.',
        metric: pagers.deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'max' }),
      },
      {
        name: 'pager-errors',
        meaning:
          'The door that AWS invokes failed on an alarm, crashed or ran out of time; the alarm comes again, twice.',
        metric: pagers.functions.cloudwatch.lambda.metricErrors(fiveMinutes),
      },
      throttled([
        notify,
        queueEvents,
        timers.timer,
        pagers.functions.cloudwatch,
        ...(webhooks.enabled ? [webhooks.webhook] : []),
      ]),
      {
        name: 'api-server-errors',
        meaning:
          'A call was answered with a 5xx: the table was out of reach, a function was throttled, or there is a defect.',
        metric: api.api.metricServerError({ ...minute, statistic: 'sum' }),
      },
      {
        name: 'api-throttled',
        meaning: 'Calls were turned away with 429: more came than the throttle lets through.',
        metric: turnedAway.metric({ ...fiveMinutes, statistic: 'sum' }),
      },
      {
        name: 'undelivered-directives',
        meaning: 'SNS could not deliver a directive: it gave a subscriber up, or tries an HTTPS endpoint again.',
        metric: notifications.directives.metricNumberOfNotificationsFailed(fiveMinutes),
      },
      {
        name: 'undelivered-hitl',
        meaning: 'SNS could not deliver a notice to the operator: it gave up, or tries an HTTPS endpoint again.',
        metric: notifications.hitl.metricNumberOfNotificationsFailed(fiveMinutes),
      },
    ];
    const told = new SnsAction(notifications.operations);
    this.all = watches.map(({ name, meaning, metric, threshold = 1, evaluationPeriods = 1, datapointsToAlarm }) => {
      const alarm = new Alarm(this, name, {
        alarmName: `${Stack.of(this).stackName}-${name}`,
        alarmDescription: `${meaning} Runbook: docs/runbook.md#${name}`,
        metric,
        threshold,
        evaluationPeriods,
        ...(datapointsToAlarm && { datapointsToAlarm }),
        // Nothing happened is not a fault: these metrics are silent while nobody calls.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(told);
      alarm.addOkAction(told);
      return alarm;
    });
  }
}
