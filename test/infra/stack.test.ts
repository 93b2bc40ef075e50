import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { toolNames } from '../../lib/model.ts';
import { indexes } from '../../lib/store/keys.ts';
import { named, onlyOf, type Resource, resourcesOf, synthesized } from '../support/synthesis.ts';

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

/** Retained, and everything by default. */
let prod: Template;
/** Destroyable, and everything said. */
let dev: Template;

beforeAll(async () => {
  prod = await synthesized();
  dev = await synthesized({
    stage: 'dev-anna',
    subscribers,
    throttleRate: 5,
    throttleBurst: 10,
    logRetentionDays: 7,
    obligationTimeout: 60,
    reviewTimeout: 120,
    notifierConcurrency: 1,
  });
});

const propertiesOf = (template: Template, type: string): Resource['Properties'][] =>
  Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties);

test('cdk-nag passes, in every stage: a finding would have stopped the synthesis', () => {
  for (const template of [prod, dev]) expect(propertiesOf(template, 'AWS::Lambda::Function')).toHaveLength(17);
});

describe('the functions', () => {
  test('run on Node 24 and arm64, answer before the gateway gives up, and log to a group of their own', () => {
    const functions = propertiesOf(dev, 'AWS::Lambda::Function');
    for (const properties of functions) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      const isNotifier = String(properties.Description).startsWith('Publishes');
      expect(properties.Timeout).toBeLessThan(isNotifier ? 900 : 30);
    }
    const groups = functions.map(({ LoggingConfig }) => JSON.stringify(named(LoggingConfig)));
    expect(new Set(groups).size).toBe(functions.length);
    dev.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    prod.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  test('given timeouts in the context, then the tools that set deadlines have them', () => {
    const Variables = Match.objectLike({ OBLIGATION_TIMEOUT_SECONDS: '60', REVIEW_TIMEOUT_SECONDS: '120' });
    dev.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'POST /tools/atp_close',
      Environment: { Variables },
    });
  });
});

describe('the API', () => {
  test('has a route per tool, the health check and a refusal of all else, each to its own function', () => {
    const routes = propertiesOf(prod, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(routes.sort()).toEqual(
      [...toolNames.map((name) => `POST /tools/${name}`), 'GET /healthz', '$default'].sort(),
    );
    const functions = resourcesOf(prod, 'AWS::Lambda::Function');
    const integrations = resourcesOf(prod, 'AWS::ApiGatewayV2::Integration');
    for (const { RouteKey, Target } of propertiesOf(prod, 'AWS::ApiGatewayV2::Route')) {
      const [, integration] = (Target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1];
      const { IntegrationUri } = integrations[integration.Ref]?.Properties ?? {};
      const [logicalId = ''] = (IntegrationUri as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      const described = RouteKey === '$default' ? 'Refuses what has no route' : RouteKey;
      expect(functions[logicalId]?.Properties.Description).toBe(described);
    }
  });

  test('turns away what is over the throttle, 2,000 a second and 4,000 at once unless the context says otherwise', () => {
    const settings = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
    prod.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: settings(2_000, 4_000) });
    dev.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: settings(5, 10) });
  });

  test('logs each call as one JSON object, without any header', () => {
    const { AccessLogSettings } = onlyOf(prod, 'AWS::ApiGatewayV2::Stage').Properties;
    const { Format } = AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toEqual(expect.arrayContaining(['requestId', 'route', 'status', 'ms']));
    expect(Format.toLowerCase()).not.toMatch(/header|authorization/);
  });

  test('may call each function by its own route only', () => {
    const sources = propertiesOf(prod, 'AWS::Lambda::Permission').map(({ SourceArn }) => String(named(SourceArn)));
    const paths = sources.map((source) => source.replace(/.*:execute-api:[^/]*/, ''));
    const expected = [...toolNames.map((name) => `/*/*/tools/${name}`), '/*/*/healthz', '/*/*'];
    expect(paths.sort()).toEqual(expected.sort());
  });
});

describe('the table', () => {
  test('has the keys and indexes that the code queries, TTL, and a stream with both images', () => {
    const { thread, ...global } = indexes;
    const schema = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];
    const index = ({ name, hash, range }: { name: string; hash: string; range: string }) => ({
      IndexName: name,
      KeySchema: schema(hash, range),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    prod.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: schema('pk', 'sk'),
      LocalSecondaryIndexes: [index(thread)],
      GlobalSecondaryIndexes: Object.values(global).map(index),
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  test('is kept, guarded and backed up in production, and goes with the stack in a dev stage', () => {
    const [kept, thrown] = [prod, dev].map((template) => onlyOf(template, 'AWS::DynamoDB::GlobalTable'));
    const recovery = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
    expect(kept).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { Replicas: [{ DeletionProtectionEnabled: true, ...recovery }] },
    });
    expect(thrown).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { Replicas: [{ DeletionProtectionEnabled: false, ...recovery }] },
    });
  });
});

describe('the bucket', () => {
  test('is private, encrypted and owned by this account', () => {
    prod.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  test('is kept with its versions in production, and can be emptied and deleted in a dev stage', () => {
    expect(onlyOf(prod, 'AWS::S3::Bucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    });
    const thrown = onlyOf(dev, 'AWS::S3::Bucket');
    expect(thrown.DeletionPolicy).toBe('Delete');
    expect(thrown.Properties).not.toHaveProperty('VersioningConfiguration');
  });
});

describe('the outbox', () => {
  test('reads from the first record on what the table holds for publishing, and tries within bounds', () => {
    const { Properties } = onlyOf(prod, 'AWS::Lambda::EventSourceMapping');
    expect(named(Properties)).toEqual({
      EventSourceArn: 'Table.StreamArn',
      FunctionName: 'OutboxNotifyFunction',
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"outbox":{"S":[{"exists":true}]}}}}' }] },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1_000,
      MaximumRecordAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: 'OutboxDeadLetters.Arn' } },
    });
  });

  test('keeps what was given up for as long as a queue can', () => {
    prod.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
  });

  test('given a concurrency in the context, then the notifier has it reserved, and else takes from all', () => {
    const reserved = (template: Template) =>
      propertiesOf(template, 'AWS::Lambda::Function').flatMap(
        ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions ?? [],
      );
    expect(reserved(dev)).toEqual([1]);
    expect(reserved(prod)).toEqual([]);
  });
});

describe('the topics', () => {
  test('given subscribers in the context, then each is subscribed to its topic with its filter', () => {
    const subscriptions = propertiesOf(dev, 'AWS::SNS::Subscription').map(named);
    const hitl = { TopicArn: 'NotificationsHitl' };
    expect(subscriptions).toHaveLength(5);
    expect(subscriptions).toEqual(
      expect.arrayContaining([
        { TopicArn: 'NotificationsDirectives', Protocol: 'sqs', Endpoint: subscribers.directives[0]?.endpoint },
        { ...hitl, Protocol: 'email', Endpoint: 'oncall@example.com' },
        {
          ...hitl,
          Protocol: 'sms',
          Endpoint: '+4915112345678',
          FilterPolicy: { priority: ['P0-Critical'], toRole: ['@operator'] },
        },
        {
          ...hitl,
          Protocol: 'https',
          Endpoint: 'https://example.com/hooks',
          DeliveryPolicy: expect.objectContaining({ healthyRetryPolicy: expect.objectContaining({ numRetries: 60 }) }),
        },
        { TopicArn: 'NotificationsOperations', Protocol: 'email', Endpoint: 'service@example.com' },
      ]),
    );
  });

  test('given no subscribers, then none are made', () => {
    expect(propertiesOf(prod, 'AWS::SNS::Subscription')).toEqual([]);
  });
});

test('topics, the queue and the bucket refuse what is not encrypted on its way', () => {
  const isDenied = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  const guarded = (type: string, property: string) =>
    propertiesOf(prod, type)
      .filter(({ PolicyDocument }) =>
        (PolicyDocument as { Statement: object[] }).Statement.some(
          (each) => Match.objectLike(isDenied).test(each).isSuccess,
        ),
      )
      .map((properties) => named(properties[property]));
  expect(guarded('AWS::SNS::TopicPolicy', 'Topics').flat().sort()).toEqual([
    'NotificationsDirectives',
    'NotificationsHitl',
    'NotificationsOperations',
  ]);
  expect(guarded('AWS::SQS::QueuePolicy', 'Queues')).toEqual([['OutboxDeadLetters']]);
  expect(guarded('AWS::S3::BucketPolicy', 'Bucket')).toEqual(['ArtifactsBucket']);
});

describe('the alarms', () => {
  const alarms = () => propertiesOf(prod, 'AWS::CloudWatch::Alarm');

  test("given this account's alarms, then the operations topic lets them publish, and no other topic does", () => {
    const allowed = propertiesOf(prod, 'AWS::SNS::TopicPolicy').flatMap(({ PolicyDocument, Topics }) =>
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

  test('watch the notifier, its dead letters, the API and what SNS could not deliver', () => {
    const watched = alarms().map(({ Namespace, MetricName, Threshold }) => `${Namespace} ${MetricName} ${Threshold}`);
    expect(watched.sort()).toEqual(
      [
        'AWS/ApiGateway 5xx 1',
        'AWS/Lambda Errors 1',
        'AWS/Lambda IteratorAge 60000',
        'AWS/SNS NumberOfNotificationsFailed 1',
        'AWS/SNS NumberOfNotificationsFailed 1',
        'AWS/SQS ApproximateNumberOfMessagesVisible 1',
        'HotfixControlPlane ThrottledCalls 1',
      ].sort(),
    );
  });

  test('each names its section of the runbook, which says what it is, how to look into it and how to end it', () => {
    const named = alarms().map(({ AlarmName, AlarmDescription }) => {
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

test('the outputs name what an operator and the tools on a laptop need', () => {
  const outputs = Object.entries(prod.toJSON().Outputs).map(([name, output]) => [name, named(output)]);
  expect(Object.fromEntries(outputs)).toEqual({
    ApiUrl: { Value: 'Api.ApiEndpoint' },
    TableName: { Value: 'Table' },
    DirectivesTopicArn: { Value: 'NotificationsDirectives' },
    HitlTopicArn: { Value: 'NotificationsHitl' },
    OperationsTopicArn: { Value: 'NotificationsOperations' },
    ArtifactBucketName: { Value: 'ArtifactsBucket' },
    DeadLetterQueueUrl: { Value: 'OutboxDeadLetters' },
  });
});

test('the stack is named for its stage, and its template for nothing but itself', () => {
  expect(resourcesOf(dev, 'AWS::CloudWatch::Alarm')).not.toEqual({});
  for (const { AlarmName } of propertiesOf(dev, 'AWS::CloudWatch::Alarm'))
    expect(AlarmName).toMatch(/^HotfixControlPlane-dev-anna-/);
  for (const type of [
    'AWS::CloudFormation::Stack',
    'AWS::CloudFormation::CustomResource',
    'Custom::S3AutoDeleteObjects',
  ])
    expect(resourcesOf(prod, type)).toEqual({});
});
