import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TestProject } from 'vitest/node';
import { indexes } from '../../../lib/store/keys.ts';
import startEngines from '../../support/engines.ts';

/** A real engine with a table of our layout, to record calls on. */
export type Engine = { endpoint: string; table: string; client: DynamoDBDocumentClient };

const TABLE = 'cold';

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

export const withEngine = async <T>(use: (engine: Engine) => Promise<T>): Promise<T> => {
  let endpoint = '';
  const provide = (name: string, value: string) => {
    if (name === 'dynamodb') endpoint = value;
  };
  const stop = await startEngines({ provide } as TestProject);
  try {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
    await createTable(client);
    return await use({ endpoint, table: TABLE, client: DynamoDBDocumentClient.from(client) });
  } finally {
    await stop();
  }
};
