import { isDeepStrictEqual } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { localAws } from './aws.ts';
import type { Properties } from './template.ts';

type Layout = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes' | 'StreamSpecification'
>;

const CREATION_SECONDS = 20;

/** Makes a table of `AWS::DynamoDB::GlobalTable`'s properties, or finds the one that an earlier start made. */
export const ensureTable = async (
  endpoint: string,
  name: string,
  properties: Properties,
): Promise<TableDescription> => {
  const client = new DynamoDBClient({ ...localAws, endpoint });
  const layout = layoutOf(properties);
  const known = await describe(client, name);
  if (!known) await client.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...layout }));
  else if (!isDeepStrictEqual(shapeOf(known), shapeOf(layout)))
    throw new Error(
      `the table ${name} at ${endpoint} was made for another version of the template: --fresh forgets it`,
    );
  const waiter = { client, maxWaitTime: CREATION_SECONDS, minDelay: 0.05, maxDelay: 0.2 };
  await waitUntilTableExists(waiter, { TableName: name });
  const table = await describe(client, name);
  client.destroy();
  if (!table) throw new Error(`the table ${name} is gone as soon as made: another stack uses ${endpoint} too`);
  return table;
};

/** Deletes a table, if there is one. */
export const dropTable = async (endpoint: string, TableName: string): Promise<void> => {
  const client = new DynamoDBClient({ ...localAws, endpoint });
  if (await describe(client, TableName)) {
    await client.send(new DeleteTableCommand({ TableName }));
    const waiter = { client, maxWaitTime: CREATION_SECONDS, minDelay: 0.05, maxDelay: 0.2 };
    await waitUntilTableNotExists(waiter, { TableName });
  }
  client.destroy();
};

const layoutOf = (properties: Properties): Layout => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification } =
    properties as Layout;
  return {
    AttributeDefinitions,
    KeySchema,
    // On demand, the engine wants none of the throughput settings a template may give an index.
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    })),
    LocalSecondaryIndexes,
    ...(StreamSpecification && { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }),
  };
};

/** Keys of a table and of its indexes, comparable between a template and an engine's description. */
const shapeOf = (layout: Layout | TableDescription): unknown => {
  const keys = (schema: Layout['KeySchema']) => (schema ?? []).map((key) => `${key.KeyType} ${key.AttributeName}`);
  const indexes = [...(layout.GlobalSecondaryIndexes ?? []), ...(layout.LocalSecondaryIndexes ?? [])];
  return {
    keys: keys(layout.KeySchema),
    indexes: Object.fromEntries(indexes.map(({ IndexName = '', KeySchema }) => [IndexName, keys(KeySchema)])),
  };
};

const describe = async (client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};
