import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { answers, FarEnd, saysInHtml } from '../../support/far-end.ts';
import { createTable, engineClient, itemClient } from '../../support/table.ts';

const bytes = Uint8Array.from([0, 127, 128, 255]);
const key = { pk: { S: 'ATP#1' }, sk: { S: 'ATP' } };
/** Every type of attribute, and attributes that are called like the types. */
const item = {
  ...key,
  B: { B: bytes },
  BS: { BS: [bytes, Uint8Array.from([1])] },
  S: { S: '"B":"AAEC" Grüße 🔥' },
  N: { N: '12345678901234567890' },
  NS: { NS: ['1', '2'] },
  L: { L: [{ B: bytes }, { NULL: true }, { BOOL: false }, { SS: ['a'] }] },
  M: { M: { B: { S: 'AAEC' }, BS: { L: [{ S: 'AAEC' }] }, inner: { M: { B: { B: bytes } } } } },
};

const both = async () => {
  const { name } = await createTable();
  return { ours: itemClient(), theirs: engineClient(), TableName: name };
};

test('given an item of every type, when it is written by either protocol, then both read it as it was', async () => {
  const { ours, theirs, TableName } = await both();
  for (const [writing, reading] of [
    [ours, theirs],
    [theirs, ours],
    [ours, ours],
  ] as const) {
    await writing.send(new PutItemCommand({ TableName, Item: item }));
    const { Item, $metadata } = await reading.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }));
    expect(Item).toEqual(item);
    expect($metadata.httpStatusCode).toBe(200);
  }
});

test('an answer is what the protocol of the SDK makes of it', async () => {
  const { ours, theirs, TableName } = await both();
  await theirs.send(new PutItemCommand({ TableName, Item: item }));
  const asked = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': key.pk },
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const command = () => new QueryCommand(asked);
  const [mine, other] = [await ours.send(command()), await theirs.send(command())];
  expect({ ...mine, $metadata: 0 }).toEqual({ ...other, $metadata: 0 });
  const batch = () => new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key] } } });
  expect((await ours.send(batch())).Responses).toEqual((await theirs.send(batch())).Responses);
});

test('a failure is what the protocol of the SDK makes of it: its class, its name, the item that stood in the way', async () => {
  const { ours, theirs, TableName } = await both();
  await theirs.send(new PutItemCommand({ TableName, Item: item }));
  const taken = {
    TableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const commands = [
    { command: () => new PutItemCommand(taken), type: ConditionalCheckFailedException },
    {
      command: () => new TransactWriteItemsCommand({ TransactItems: [{ Put: taken }] }),
      type: TransactionCanceledException,
    },
    { command: () => new PutItemCommand({ TableName, Item: {} }), type: DynamoDBServiceException },
    { command: () => new PutItemCommand({ TableName: 'none-such', Item: item }), type: DynamoDBServiceException },
  ];
  for (const { command, type } of commands) {
    const [mine, other] = await Promise.all(
      [ours, theirs].map((client) =>
        client.send(command() as PutItemCommand).catch((error: unknown) => error as Error),
      ),
    );
    expect(mine).toBeInstanceOf(type);
    const said = ({
      name,
      message,
      $fault,
      Item,
      CancellationReasons,
      $metadata,
    }: DynamoDBServiceException & { Item?: unknown; CancellationReasons?: unknown }) => ({
      name,
      message,
      $fault,
      Item,
      CancellationReasons,
      status: $metadata.httpStatusCode,
    });
    expect(said(mine as never)).toEqual(said(other as never));
  }
});

test('given a transaction that fails on its way, when it is tried again, then it carries the same token; the next has another', async () => {
  const farEnd = await FarEnd.listen();
  const client = itemClient(farEnd.url);
  const send = async (ClientRequestToken?: string): Promise<unknown[]> => {
    farEnd.script(saysInHtml(503), answers({}));
    await client.send(new TransactWriteItemsCommand({ TransactItems: [], ClientRequestToken }));
    return farEnd.received.map(({ body }) => (body as { ClientRequestToken?: string }).ClientRequestToken);
  };
  const [first, again, ...rest] = await send();
  expect(first).toMatch(/^[\w-]{36}$/);
  expect([again, ...rest]).toEqual([first]);
  expect(await send()).not.toContain(first);
  expect(await send('given')).toEqual(['given', 'given']);
  await farEnd.close();
});
