import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import type { Table } from '../../lib/store/client.ts';
import { indexes } from '../../lib/store/keys.ts';
import { itemProtocol } from '../../lib/store/protocol.ts';

/** Environment under which any AWS client reaches the engines of the test run. */
export const engineEnvironment = (): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodb'),
  AWS_ENDPOINT_URL_SNS: inject('fauxqs'),
  AWS_ENDPOINT_URL_SQS: inject('fauxqs'),
  AWS_ENDPOINT_URL_S3: inject('fauxqs'),
});

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export const engineClient = (endpoint = inject('dynamodb')): DynamoDBClient =>
  new DynamoDBClient({ ...local, endpoint });

/** A client that speaks as that of the service does. */
export const itemClient = (endpoint = inject('dynamodb')): DynamoDBClient =>
  new DynamoDBClient({ ...local, endpoint, protocol: itemProtocol });

/** The table of that name, as the service's own client reaches it. */
export const tableAt = (endpoint: string, name: string): Table => ({
  client: DynamoDBDocumentClient.from(itemClient(endpoint), { marshallOptions: { removeUndefinedValues: true } }),
  name,
});

const keySchema = (hash: string, range: string): KeySchemaElement[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

/**
 * A table of our layout, its own for each call. Without the stream: nobody reads it here, and the engine's writes
 * become slower with each record that it keeps.
 */
export const createTable = async (): Promise<Table> => {
  const client = engineClient();
  const name = `test-${randomUUID()}`;
  const { thread, ...global } = indexes;
  const attributes = new Set(['pk', 'sk', ...Object.values(indexes).flatMap(({ hash, range }) => [hash, range])]);
  const index = ({ name, hash, range }: { name: string; hash: string; range: string }) => ({
    IndexName: name,
    KeySchema: keySchema(hash, range),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  });
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema('pk', 'sk'),
      LocalSecondaryIndexes: [index(thread)],
      GlobalSecondaryIndexes: Object.values(global).map(index),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName: name });
  return tableAt(inject('dynamodb'), name);
};
