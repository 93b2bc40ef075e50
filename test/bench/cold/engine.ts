import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TestProject } from 'vitest/node';
import { serveParameters } from '../../../infra/local/parameters.ts';
import { indexes } from '../../../lib/store/keys.ts';
import startEngines from '../../support/engines.ts';
import type { Engines } from './exchange.ts';
import { queues } from './process.ts';

/** Real engines, with a table of our layout, topics, queues and secrets, to record calls on. */
export type Engine = {
  engines: Engines;
  table: string;
  client: DynamoDBDocumentClient;
  topics: Topics;
  ssm: SSMClient;
};
export type Topics = { directives: string; hitl: string };

const TABLE = 'cold';
const local = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

const keySchema = (hash: string, range: string): KeySchemaElement[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

const createTable = async (client: DynamoDBClient): Promise<void> => {
  const { thread, ...global } = indexes;
  const index = ({ name, hash, range }: { name: string; hash: string; range: string }) => ({
    IndexName: name,
    KeySchema: keySchema(hash, range),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  });
  const attributes = new Set(['pk', 'sk', ...Object.values(indexes).flatMap(({ hash, range }) => [hash, range])]);
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema('pk', 'sk'),
      LocalSecondaryIndexes: [index(thread)],
      GlobalSecondaryIndexes: Object.values(global).map(index),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName: TABLE });
};

const createTopics = async (endpoint: string): Promise<Topics> => {
  const sns = new SNSClient({ ...local, endpoint });
  const [directives = '', hitl = ''] = await Promise.all(
    ['directives', 'hitl'].map(async (Name) => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn),
  );
  const sqs = new SQSClient({ ...local, endpoint });
  await Promise.all(queues.map((QueueName) => sqs.send(new CreateQueueCommand({ QueueName }))));
  return { directives, hitl };
};

export const withEngine = async <T>(use: (engine: Engine) => Promise<T>): Promise<T> => {
  const endpoints: Record<string, string> = {};
  const provide = (name: string, value: string) => {
    endpoints[name] = value;
  };
  const stop = await startEngines({ provide } as TestProject);
  const directory = mkdtempSync(join(tmpdir(), 'cold-parameters-'));
  const parameters = await serveParameters(join(directory, 'parameters.json'));
  try {
    const { dynamodb = '', fauxqs = '' } = endpoints;
    const client = new DynamoDBClient({ ...local, endpoint: dynamodb });
    await createTable(client);
    return await use({
      engines: { dynamodb, sns: fauxqs, sqs: fauxqs, ssm: parameters.endpoint },
      table: TABLE,
      client: DynamoDBDocumentClient.from(client),
      topics: await createTopics(fauxqs),
      ssm: new SSMClient({ ...local, endpoint: parameters.endpoint }),
    });
  } finally {
    await parameters.stop();
    rmSync(directory, { recursive: true, force: true });
    await stop();
  }
};
