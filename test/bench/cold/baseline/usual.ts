/** The stack such functions usually have: document client, middy, the whole of zod. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { z } from 'zod';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const body = z.strictObject({
  read: z.custom<BatchGetCommandInput>(),
  write: z.custom<TransactWriteCommandInput>(),
  atpId: z.string().min(1).max(64),
  notes: z.string().max(4_000).optional(),
});

export const handler = middy<{ body: string }>().handler(async (event) => {
  const { read, write } = body.parse(JSON.parse(event.body));
  await client.send(new BatchGetCommand(read));
  await client.send(new TransactWriteCommand(write));
  return { statusCode: 200 };
});
