import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { named, propertiesOf, resourcesOf, SYNTHESIS_MS, synthesized } from '../support/synthesis.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const subscribers = {
  directives: [{ protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:123456789012:agents' }],
  hitl: [
    { protocol: 'email', endpoint: 'oncall@example.com' },
    { protocol: 'sms', endpoint: '+4915112345678', filter: { priority: ['P0-Critical'], toRole: ['@operator'] } },
    { protocol: 'https', endpoint: 'https://example.com/hooks' },
  ],
  operations: [{ protocol: 'email', endpoint: 'service@example.com' }],
};

let bare: Template;
let subscribed: Template;

beforeAll(async () => {
  bare = await synthesized();
  subscribed = await synthesized({
    subscribers,
    notifierConcurrency: 1,
    webhooks: true,
    publicUrl: 'https://board.example.com/',
  });
}, SYNTHESIS_MS);

describe('the outbox', () => {
  test('reads from the first record on what the table holds for it, messages and events each by a function, and tries within bounds', () => {
    const mappings = propertiesOf(bare, 'AWS::Lambda::EventSourceMapping').map(named) as { EventSourceArn: string }[];
    const pattern = (isMessage: boolean) =>
      `{"dynamodb":{"NewImage":{"outbox":{"S":[{"prefix":"OUTBOX#"}]},"messageType":{"S":[{"exists":${isMessage}}]}}}}`;
    const mapping = (isMessage: boolean, FunctionName: string, BatchSize: number) => ({
      EventSourceArn: 'Table.StreamArn',
      FunctionName,
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: pattern(isMessage) }] },
      BatchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1_000,
      MaximumRecordAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: 'OutboxDeadLetters.Arn' } },
    });
    const ofStream = mappings.filter(({ EventSourceArn }) => EventSourceArn === 'Table.StreamArn');
    expect(ofStream).toHaveLength(2);
    expect(ofStream).toEqual(
      expect.arrayContaining([
        mapping(true, 'OutboxNotifyFunction', 50),
        mapping(false, 'OutboxQueueEventsFunction', 100),
      ]),
    );
  });

  test('keeps what was given up for as long as a queue can', () => {
    bare.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
  });

  test('given a concurrency in the context, then what publishes has it reserved, and else takes from all', () => {
    const reserved = (template: Template) =>
      Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).flatMap(([Ref, { Properties }]) => {
        const { ReservedConcurrentExecutions: executions } = Properties;
        return executions === undefined ? [] : [[named({ Ref }), executions]];
      });
    expect(reserved(subscribed)).toEqual([['OutboxNotifyFunction', 1]]);
    expect(reserved(bare)).toEqual([]);
  });
});

describe('the topics', () => {
  test('given subscribers in the context, then each is subscribed to its topic with its filter, of the flow to its channel', () => {
    const subscriptions = propertiesOf(subscribed, 'AWS::SNS::Subscription').map(named);
    const hitl = { TopicArn: 'NotificationsHitl' };
    expect(subscriptions).toHaveLength(5);
    expect(subscriptions).toEqual(
      expect.arrayContaining([
        {
          TopicArn: 'NotificationsDirectives',
          Protocol: 'sqs',
          Endpoint: subscribers.directives[0]?.endpoint,
          FilterPolicy: { channels: ['machine'] },
        },
        { ...hitl, Protocol: 'email', Endpoint: 'oncall@example.com', FilterPolicy: { channels: ['email'] } },
        {
          ...hitl,
          Protocol: 'sms',
          Endpoint: '+4915112345678',
          FilterPolicy: { channels: ['sms'], priority: ['P0-Critical'], toRole: ['@operator'] },
        },
        {
          ...hitl,
          Protocol: 'https',
          Endpoint: 'https://example.com/hooks',
          FilterPolicy: { channels: ['machine'] },
          DeliveryPolicy: expect.objectContaining({ healthyRetryPolicy: expect.objectContaining({ numRetries: 60 }) }),
        },
        { TopicArn: 'NotificationsOperations', Protocol: 'email', Endpoint: 'service@example.com' },
      ]),
    );
  });

  test('given a place where people look, then what publishes knows it, with no slash at its end; else it is the API, where the board is', () => {
    const places = (template: Template) =>
      propertiesOf(template, 'AWS::Lambda::Function').flatMap(
        ({ Environment }) => (Environment as { Variables?: { PUBLIC_URL?: string } })?.Variables?.PUBLIC_URL ?? [],
      );
    expect(places(subscribed)).toEqual(['https://board.example.com', 'https://board.example.com']);
    expect(places(bare).map(named)).toEqual(['Api.ApiEndpoint', 'Api.ApiEndpoint']);
  });

  test('given no subscribers, then none are made', () => {
    expect(propertiesOf(bare, 'AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('the alarms', () => {
  const alarms = () => propertiesOf(bare, 'AWS::CloudWatch::Alarm');

  test("given this account's alarms, then the operations topic lets them publish, and no other topic does", () => {
    const allowed = propertiesOf(bare, 'AWS::SNS::TopicPolicy').flatMap(({ PolicyDocument, Topics }) =>
      (PolicyDocument as { Statement: { Effect: string; Principal: unknown; Condition: unknown }[] }).Statement.filter(
        ({ Effect }) => Effect === 'Allow',
      ).map(({ Principal, Condition }) => named({ Topics, Principal, Condition })),
    );
    expect(allowed).toEqual([
      {
        Topics: ['NotificationsOperations'],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
      },
    ]);
  });

  test('tell the operations topic when they go off and when they are over', () => {
    const told = ['NotificationsOperations'];
    for (const { AlarmActions, OKActions } of alarms()) expect(named([AlarmActions, OKActions])).toEqual([told, told]);
  });

  test('watch both readers of the stream, the timers, the door that AWS invokes, the dead letters and the throttling of all of them, the API and what SNS could not deliver', () => {
    type Metric = { MetricStat?: { Metric: { Namespace: string; MetricName: string } } };
    const watched = alarms().map(({ Namespace, MetricName, Metrics, Threshold }) => {
      const summed = (Metrics as Metric[] | undefined)?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
      const metrics = summed ?? [{ Namespace, MetricName }];
      return `${metrics.map((metric) => `${metric.Namespace} ${metric.MetricName}`).join(' + ')} ${Threshold}`;
    });
    expect(watched.sort()).toEqual(
      [
        'AWS/ApiGateway 5xx 1',
        'AWS/Lambda Errors 1',
        'AWS/Lambda Errors + AWS/Lambda Errors 1',
        'AWS/Lambda IteratorAge + AWS/Lambda IteratorAge 60000',
        'AWS/Lambda Throttles + AWS/Lambda Throttles + AWS/Lambda Throttles + AWS/Lambda Throttles 1',
        'AWS/SNS NumberOfNotificationsFailed 1',
        'AWS/SNS NumberOfNotificationsFailed 1',
        'AWS/SQS ApproximateNumberOfMessagesVisible 1',
        'AWS/Lambda Errors + HotfixControlPlane FailedTimers 1',
        'AWS/SQS ApproximateAgeOfOldestMessage 1020',
        'AWS/SQS ApproximateNumberOfMessagesVisible 1',
        'AWS/SQS ApproximateNumberOfMessagesVisible 1',
        'HotfixControlPlane NoticesLate 1',
        'HotfixControlPlane ThrottledCalls 1',
      ].sort(),
    );
  });

  test('given a function behind no API that is throttled in three of fifteen minutes, then somebody is told, unless throttling it is meant', () => {
    type Metric = {
      Expression?: string;
      MetricStat?: { Metric: { Dimensions: { Value: unknown }[] }; Period: number };
    };
    const throttling = (template: Template) => {
      const [alarm, ...others] = propertiesOf(template, 'AWS::CloudWatch::Alarm').filter(
        ({ AlarmName }) => AlarmName === 'HotfixControlPlane-functions-throttled',
      );
      expect(others).toEqual([]);
      expect(alarm).toMatchObject({ EvaluationPeriods: 15, DatapointsToAlarm: 3, Threshold: 1 });
      const metrics = alarm?.Metrics as Metric[];
      const stats = metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
      expect(stats.map(({ Period }) => Period)).toEqual(stats.map(() => 60));
      const [sum] = metrics.flatMap(({ Expression }) => Expression ?? []);
      expect(sum).toBe(stats.map((_, index) => `FILL(throttles${index}, 0)`).join(' + '));
      return stats.flatMap(({ Metric }) => Metric.Dimensions.map(({ Value }) => named(Value)));
    };
    const others = ['OutboxQueueEventsFunction', 'TimersTimerFunction', 'PagerscloudwatchFunction'];
    expect(throttling(bare)).toEqual(['OutboxNotifyFunction', ...others]);
    expect(throttling(subscribed), 'with webhooks, and concurrency for what publishes').toEqual([
      ...others,
      'WebhooksWebhookFunction',
    ]);
  });

  test('given a term of a sum that is counted from a log, then it is zero while there are lines, and not absent', () => {
    const defaults = propertiesOf(bare, 'AWS::Logs::MetricFilter').map(({ MetricTransformations }) => {
      const [{ MetricName, DefaultValue }] = MetricTransformations as [{ MetricName: string; DefaultValue?: number }];
      return [MetricName, DefaultValue];
    });
    expect(Object.fromEntries(defaults)).toEqual({ FailedTimers: 0, ThrottledCalls: undefined });
  });

  test('are told of with commands of the runbook that name outputs which the stack has', () => {
    const outputs = Object.keys(bare.findOutputs('*'));
    const asked = [...runbook.matchAll(/\$\((?:output|queue_arn) (\w+)\)/g)].map(([, output = '']) => output);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((output) => !outputs.includes(output))).toEqual([]);
  });

  test('each names its section of the runbook, which says what it is, how to look into it and how to end it', () => {
    // Webhooks bring one of their own, where they are on.
    const named = propertiesOf(subscribed, 'AWS::CloudWatch::Alarm').map(({ AlarmName, AlarmDescription }) => {
      const [, section = ''] = /Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription)) ?? [];
      expect(AlarmName).toBe(`HotfixControlPlane-${section}`);
      return section;
    });
    const sections = [...runbook.matchAll(/^## (.+)\n((?:(?!^## ).*\n?)*)/gm)];
    for (const section of named) {
      const text = sections.find(([, title]) => title === section)?.[2] ?? '';
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**'])
        expect(text, section).toContain(part);
    }
    expect(sections.map(([, title]) => title).sort(), 'sections without an alarm').toEqual(named.sort());
  });
});
