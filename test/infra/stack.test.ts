import { isDeepStrictEqual } from 'node:util';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import openapi from '../../docs/openapi.json' with { type: 'json' };
import { readRoutes, reportPath, toolNames } from '../../lib/model.ts';
import { indexes } from '../../lib/store/keys.ts';
import { composed, named, onlyOf, propertiesOf, resourcesOf, SYNTHESIS_MS, synthesized } from '../support/synthesis.ts';

const pages = [
  ...['pagerduty', 'alertmanager', 'sns', 'generic'].map((name) => `POST /pager/${name}`),
  'POST /pager/grafana, PUT /pager/grafana',
];
const pageRoutes = pages.flatMap((routes) => routes.split(', '));
const reads = [...readRoutes.map(({ path }) => path), reportPath].map((path) => `GET ${path}`);
const documents = ['GET /openapi.json', 'GET /docs'];
const agents = [
  'ANY /mcp',
  'GET /.well-known/oauth-protected-resource',
  'GET /.well-known/oauth-protected-resource/mcp',
];
const decisions = ['GET /decision', 'POST /decision'];
const board = ['GET /', 'GET /board.js', 'GET /board.css'];
const events = ['POST /v2/enqueue', 'POST /v2/change/enqueue'];

/** Retained, and everything by default. */
let prod: Template;
/** Destroyable, and everything said. */
let dev: Template;

beforeAll(async () => {
  prod = await synthesized();
  dev = await synthesized({
    stage: 'dev-anna',
    throttleRate: 5,
    throttleBurst: 10,
    logRetentionDays: 7,
    ackTimeout: 30,
    fixTimeout: { bugfix: 90 },
    verificationTimeout: 40,
    obligationTimeout: 60,
    reviewTimeout: 120,
    reviewReminder: 50,
    decisionTimeout: 70,
    webhooks: true,
  });
}, SYNTHESIS_MS);

describe('cdk-nag', () => {
  test('passes in every stage, or there would be no template here', () => {
    for (const template of [prod, dev]) expect(propertiesOf(template, 'AWS::Lambda::Function')).toHaveLength(33);
  });

  test('given something that it objects to, then nothing is synthesized', async () => {
    const { stack } = await composed();
    new Queue(stack, 'Careless');
    expect(() => Template.fromStack(stack)).toThrow(/validation/i);
  });
});

describe('the functions', () => {
  test('run on Node 24 and arm64, answer before the gateway gives up, and log to a group of their own', () => {
    const functions = propertiesOf(dev, 'AWS::Lambda::Function');
    for (const properties of functions) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      const readsStream = String(properties.Description).endsWith('from its stream.');
      expect(properties.Timeout).toBeLessThan(readsStream ? 900 : 30);
    }
    const groups = functions.map(({ LoggingConfig }) => JSON.stringify(named(LoggingConfig)));
    expect(new Set(groups).size).toBe(functions.length);
    dev.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    prod.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  test('given timeouts in the context, then whatever sets deadlines has them, and nothing else', () => {
    const expected = {
      acknowledgement: 30,
      fix: { bugfix: 90 },
      verification: 40,
      obligation: 60,
      review: { hotfix: 120, emergency: 120 },
      reminder: 50,
      decision: 70,
    };
    const given = propertiesOf(dev, 'AWS::Lambda::Function').flatMap(({ Description, Environment }) => {
      const { TIMEOUTS } = (Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};
      return TIMEOUTS === undefined ? [] : [{ Description, timeouts: JSON.parse(TIMEOUTS) }];
    });
    for (const { timeouts } of given) expect(timeouts).toEqual(expected);
    const writing = toolNames.filter((name) => !/_(get|list)$/.test(name)).map((name) => `POST /tools/${name}`);
    expect(given.map(({ Description }) => Description).sort()).toEqual(
      [
        ...writing,
        'ANY /mcp',
        decisions.join(', '),
        ...pages,
        events.join(', '),
        'Takes alarms that AWS brings.',
        'Does what a deadline that has passed asks for, and mails notices that waited.',
      ].sort(),
    );
  });
});

describe('the webhooks', () => {
  const mapping = (Enabled: unknown) => ({
    EventSourceArn: Match.objectLike({ 'Fn::GetAtt': [Match.stringLikeRegexp('^WebhooksQueue'), 'Arn'] }),
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    Enabled,
  });
  const alarms = (template: Template): unknown[] =>
    propertiesOf(template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
  const settings = (template: Template): unknown[] =>
    propertiesOf(template, 'AWS::Lambda::Function').flatMap(({ Environment }) => {
      const { WEBHOOKS } = (Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};
      return WEBHOOKS ?? [];
    });

  test('are off by default: nobody polls their queue, no alarm is paid for, and no call writes for them', () => {
    prod.hasResourceProperties('AWS::Lambda::EventSourceMapping', mapping(false));
    expect(alarms(prod)).not.toContain('HotfixControlPlane-webhook-dead-letters');
    expect(new Set(settings(prod))).toEqual(new Set(['false']));
  });

  test('given the setting, then they are on everywhere', () => {
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', mapping(true));
    expect(alarms(dev)).toContain('HotfixControlPlane-dev-anna-webhook-dead-letters');
    expect(new Set(settings(dev))).toEqual(new Set(['true']));
    expect(settings(dev)).toHaveLength(settings(prod).length);
  });
});

describe('the timers', () => {
  test('come one by one, fail one by one, and are tried for 14 minutes before they are given up', () => {
    prod.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: Match.objectLike({ 'Fn::GetAtt': [Match.stringLikeRegexp('^TimersQueue'), 'Arn'] }),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: Match.absent(),
    });
    prod.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
      VisibilityTimeout: 168,
      SqsManagedSseEnabled: true,
    });
    prod.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Does what a deadline that has passed asks for, and mails notices that waited.',
      Timeout: 28,
    });
  });
});

describe('the event source mappings', () => {
  test('bring no source to one function twice: Lambda refuses the second, whatever their filters, and the deployment with it', () => {
    for (const template of [prod, dev]) {
      const pairs = propertiesOf(template, 'AWS::Lambda::EventSourceMapping').map(({ EventSourceArn, FunctionName }) =>
        JSON.stringify(named([EventSourceArn, FunctionName])),
      );
      expect(pairs).toHaveLength(4);
      expect([...new Set(pairs)]).toEqual(pairs);
    }
  });
});

describe('a function that sends to the queue it works off', () => {
  test('may do so for as long as it takes: Lambda would drop the message after 16 times; no other function may', () => {
    const functions = resourcesOf(prod, 'AWS::Lambda::Function');
    const roleOf = (logicalId: string) =>
      (functions[logicalId]?.Properties.Role as { 'Fn::GetAtt': string[] } | undefined)?.['Fn::GetAtt'][0];
    const sends = (logicalId: string, queue: unknown): boolean =>
      propertiesOf(prod, 'AWS::IAM::Policy').some(
        ({ Roles, PolicyDocument }) =>
          (Roles as { Ref: string }[]).some(({ Ref }) => Ref === roleOf(logicalId)) &&
          (PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement.some(
            ({ Action, Resource }) =>
              [Action].flat().includes('sqs:SendMessage') &&
              [Resource].flat().some((each) => isDeepStrictEqual(each, queue)),
          ),
      );
    const looping = propertiesOf(prod, 'AWS::Lambda::EventSourceMapping').flatMap(
      ({ EventSourceArn, FunctionName }) => {
        const { Ref } = FunctionName as { Ref: string };
        return sends(Ref, EventSourceArn) ? [Ref] : [];
      },
    );
    const allowed = Object.keys(functions).filter((each) => functions[each]?.Properties.RecursiveLoop === 'Allow');
    expect(looping).toHaveLength(2);
    expect(allowed.sort()).toEqual(looping.sort());
  });
});

describe('the API', () => {
  test('has a route per tool, one for each read over GET, those of the doors for agents and pages, the health check, the documents and a refusal of all else, each to its own function', () => {
    const routes = propertiesOf(prod, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(routes.sort()).toEqual(
      [
        ...toolNames.map((name) => `POST /tools/${name}`),
        ...reads,
        ...agents,
        ...events,
        ...pageRoutes,
        'GET /healthz',
        ...documents,
        ...board,
        ...decisions,
        '$default',
      ].sort(),
    );
    const functions = resourcesOf(prod, 'AWS::Lambda::Function');
    const integrations = resourcesOf(prod, 'AWS::ApiGatewayV2::Integration');
    for (const { RouteKey, Target } of propertiesOf(prod, 'AWS::ApiGatewayV2::Route')) {
      const [, integration] = (Target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1];
      const { IntegrationUri } = integrations[integration.Ref]?.Properties ?? {};
      const [logicalId = ''] = (IntegrationUri as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      const described = RouteKey === '$default' ? 'Refuses what has no route' : RouteKey;
      expect(String(functions[logicalId]?.Properties.Description).split(', ')).toContain(described);
    }
  });

  test('is what docs/openapi.json says, route by route', () => {
    // Whatever the method, /mcp answers in the form of its protocol: 405 for all but POST.
    const routes = propertiesOf(prod, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) =>
      String(RouteKey).replace('ANY /mcp', 'POST /mcp'),
    );
    const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...operations, '$default'].sort()).toEqual(routes.sort());
  });

  test('turns away what is over the throttle, 2,000 a second and 4,000 at once unless the context says otherwise', () => {
    const settings = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
    prod.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: settings(2_000, 4_000) });
    dev.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: settings(5, 10) });
  });

  test('logs each call as one JSON object, without any header or query', () => {
    const { AccessLogSettings } = onlyOf(prod, 'AWS::ApiGatewayV2::Stage').Properties;
    const { Format } = AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toEqual(expect.arrayContaining(['requestId', 'route', 'status', 'ms']));
    expect(Format.toLowerCase()).not.toMatch(/header|authorization|query/);
  });

  test('may call each function by its own route only', () => {
    const sources = propertiesOf(prod, 'AWS::Lambda::Permission')
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
      .map(({ SourceArn }) => String(named(SourceArn)));
    const paths = sources.map((source) => source.replace(/.*:execute-api:[^/]*/, ''));
    const tools = toolNames.map((name) => `/tools/${name}`);
    const doors = [...reads, ...agents, ...events, ...pageRoutes, ...documents, ...board, ...decisions].map((route) =>
      route.replace(/^[A-Z]+ /, ''),
    );
    const expected = [...tools, ...doors, '/healthz', ''].map((path) => `/*/*${path}`);
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

test('topics, queues and the bucket refuse what is not encrypted on its way', () => {
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
  expect(guarded('AWS::SQS::QueuePolicy', 'Queues').flat().sort()).toEqual([
    'OutboxDeadLetters',
    'PagersDeadLetters',
    'TimersDeadLetters',
    'TimersQueue',
    'WebhooksDeadLetters',
    'WebhooksQueue',
  ]);
  expect(guarded('AWS::S3::BucketPolicy', 'Bucket')).toEqual(['ArtifactsBucket']);
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
    ParameterPrefix: { Value: '/HotfixControlPlane/integrations' },
    PagerDeadLetterQueueUrl: { Value: 'PagersDeadLetters' },
    AlarmFunctionArn: { Value: 'PagerscloudwatchFunction.Arn' },
    TimerQueueUrl: { Value: 'TimersQueue' },
    TimerDeadLetterQueueUrl: { Value: 'TimersDeadLetters' },
    WebhookQueueUrl: { Value: 'WebhooksQueue' },
    WebhookDeadLetterQueueUrl: { Value: 'WebhooksDeadLetters' },
    WebhookParameterPrefix: { Value: '/HotfixControlPlane/webhooks' },
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
