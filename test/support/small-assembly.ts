import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from '../../lib/env.ts';
import { givenDirectory } from './bundle.ts';

/** Bundles stand outside the repository: they find the SDK by this. */
const sdk = `import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(import.meta.filename)});
const channels = { DataType: 'String.Array', StringValue: '["machine","email","sms"]' };`;

/** Notes what it is posted, to be told. */
const note = `${sdk}
const { DynamoDBClient, PutItemCommand, ScanCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient();
const TableName = process.env.${env.table};
export const handler = async ({ body, routeKey }) => {
  if (routeKey === 'GET /environment') return process.env;
  if (routeKey === 'GET /notes') {
    const { Items } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
    return Items.flatMap(({ pk }) => (pk.S.startsWith('NOTE#') ? [pk.S.slice(5)] : []));
  }
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'NOTE#' + body }, sk: { S: 'NOTE' } } }));
  return { noted: body };
};`;

/** Tells the operator of every note; over `hang` it never ends. */
const tell = `${sdk}
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const client = new SNSClient({ maxAttempts: 1 });
export const handler = async ({ Records }) => {
  for (const { dynamodb } of Records) {
    const text = dynamodb.Keys.pk.S.slice(5);
    if (text === 'hang') await new Promise(() => console.log('hanging'));
    const Message = JSON.stringify({ default: text, email: 'A note.' });
    await client.send(new PublishCommand({ TopicArn: process.env.${env.hitlTopic}, Message, MessageStructure: 'json', MessageAttributes: { channels } }));
  }
};`;

/** Tells the operator of every message of the topic `alarms`; over `fail` it fails. */
const hear = `${sdk}
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const client = new SNSClient({ maxAttempts: 1 });
export const handler = async ({ Records: [{ EventSource, Sns }] }) => {
  if (Sns.Message === 'fail') throw new Error('it failed');
  const heard = JSON.stringify([EventSource, Sns.Type, Sns.TopicArn, Sns.Subject, Sns.Message]);
  const Message = JSON.stringify({ default: heard });
  await client.send(new PublishCommand({ TopicArn: process.env.${env.hitlTopic}, Message, MessageStructure: 'json', MessageAttributes: { channels } }));
};`;

/** Tells the operator of every message of the queue; over `hang` it never ends. */
const ring = `${sdk}
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const client = new SNSClient({ maxAttempts: 1 });
export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    console.log('ringing ' + body);
    if (body === 'hang') await new Promise(() => undefined);
    const Message = JSON.stringify({ default: body });
    await client.send(new PublishCommand({ TopicArn: process.env.${env.hitlTopic}, Message, MessageStructure: 'json', MessageAttributes: { channels } }));
  }
};`;

const ref = (Ref: string) => ({ Ref });
const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** Longer than a test may take: one that waits for a hanging function fails. */
const TIMEOUT_SECONDS = 60;

const lambda = (asset: string, Variables: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: `${asset}.zip` },
    Handler: 'index.handler',
    Timeout: TIMEOUT_SECONDS,
    MemorySize: 256,
    Environment: { Variables },
  },
});

const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
const routes = ['POST /notes', 'GET /notes', 'GET /environment'];

/** Of each kind one: a number, and one for each flow that has it. */
const timeouts = { acknowledgement: 300, fix: { hotfix: 3_600, emergency: 3_600 } };

const resources = {
  Table: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  },
  Directives: { Type: 'AWS::SNS::Topic', Properties: {} },
  Hitl: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Operator' } },
  DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Note: lambda('note', { [env.table]: ref('Table'), [env.timeouts]: JSON.stringify(timeouts) }),
  Tell: lambda('tell', { [env.hitlTopic]: ref('Hitl'), [env.directivesTopic]: ref('Directives') }),
  Stream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: ref('Tell'),
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 5,
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { sk: { S: ['NOTE'] } } } }) }] },
      DestinationConfig: { OnFailure: { Destination: arn('DeadLetters') } },
    },
  },
  Later: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: TIMEOUT_SECONDS } },
  Ring: lambda('ring', { [env.hitlTopic]: ref('Hitl') }),
  Queue: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: arn('Later'), FunctionName: ref('Ring') },
  },
  Hear: lambda('hear', { [env.hitlTopic]: ref('Hitl') }),
  Alarms: {
    Type: 'AWS::SNS::Subscription',
    Properties: { Protocol: 'lambda', TopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms', Endpoint: arn('Hear') },
  },
  Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: arn('Note') } },
  ...Object.fromEntries(
    routes.map((RouteKey, position) => [
      `Route${position}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { RouteKey, Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] } },
      },
    ]),
  ),
};

/** A cloud assembly with one of everything that the local stack runs: what is posted is noted, what is noted is told, and so is what comes by the queue `Later` or the topic `alarms`. */
export const givenAssembly = (): string => {
  const assembly = givenDirectory();
  const put = (name: string, content: object) => writeFileSync(join(assembly, name), JSON.stringify(content));
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries({ note, tell, ring, hear })) {
    mkdirSync(join(assembly, name));
    writeFileSync(join(assembly, name, 'index.mjs'), source);
    files[name] = { source: { path: name } };
  }
  const properties = { templateFile: 'Small.template.json', stackName: 'small' };
  put('manifest.json', { artifacts: { Small: { type: 'aws:cloudformation:stack', properties } } });
  put('Small.template.json', { Resources: resources });
  put('Small.assets.json', { files });
  return assembly;
};
