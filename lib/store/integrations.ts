import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Key, keys } from './keys.ts';

/** What is written under both keys of an integration: the one its pages are read by, and the one it is listed by. */
export type IntegrationRecord = { integrationId: string; createdAt: string; revokedAt?: string };

export type IntegrationTable = { client: DynamoDBDocumentClient; name: string };

const bothKeys = (integrationId: string): Key[] => [
  keys.integration(integrationId),
  keys.integrationEntry(integrationId),
];

/** Writes a new integration. An id that is taken is an error of the SDK: ids are random. */
export const createIntegration = async <R extends IntegrationRecord>(
  { client, name }: IntegrationTable,
  record: R,
): Promise<void> => {
  await client.send(
    new TransactWriteCommand({
      TransactItems: bothKeys(record.integrationId).map((key) => ({
        Put: { TableName: name, Item: { ...key, ...record }, ConditionExpression: 'attribute_not_exists(pk)' },
      })),
    }),
  );
};

const unknown = (integrationId: string): Error =>
  new Error(`there is no integration ${integrationId}: list shows those there are`);

const recordOf = <R>({ pk, sk, ...record }: Record<string, unknown>): R => record as R;

export const readIntegration = async <R extends IntegrationRecord>(
  { client, name }: IntegrationTable,
  integrationId: string,
): Promise<R> => {
  const { Item } = await client.send(
    new GetCommand({ TableName: name, Key: keys.integration(integrationId), ConsistentRead: true }),
  );
  if (!Item) throw unknown(integrationId);
  return recordOf<R>(Item);
};

/** All of them, the revoked ones among them, oldest first. */
export const listIntegrations = async <R extends IntegrationRecord>({
  client,
  name,
}: IntegrationTable): Promise<R[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.integrationEntry('').pk },
    },
  );
  const records: R[] = [];
  for await (const { Items = [] } of pages) records.push(...Items.map((item) => recordOf<R>(item)));
  return records.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
};

/** Writes an integration anew, unless somebody else did since it was read. */
export const replaceIntegration = async <R extends IntegrationRecord>(
  { client, name }: IntegrationTable,
  before: R,
  after: R,
): Promise<void> => {
  const names = Object.keys(before).filter((each) => each !== 'integrationId');
  const unchanged = {
    ConditionExpression: names.map((_, position) => `#${position} = :${position}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((each, position) => [`#${position}`, each])),
    ExpressionAttributeValues: Object.fromEntries(
      names.map((each, position) => [`:${position}`, before[each as keyof R]]),
    ),
  };
  const both = bothKeys(after.integrationId).map((key) => ({
    Put: { TableName: name, Item: { ...key, ...after }, ...unchanged },
  }));
  await client.send(new TransactWriteCommand({ TransactItems: both })).catch((error: unknown) => {
    throw error instanceof TransactionCanceledException
      ? new Error(`${after.integrationId} was changed by somebody else just now: look at it, and try again`)
      : error;
  });
};
