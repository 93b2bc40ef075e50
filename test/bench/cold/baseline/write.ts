import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { sending } from './waves.ts';

const client = new DynamoDBClient({});

export const handler = sending({
  BatchGetItem: (input: BatchGetItemCommandInput) => client.send(new BatchGetItemCommand(input)),
  TransactWriteItems: (input: TransactWriteItemsCommandInput) => client.send(new TransactWriteItemsCommand(input)),
});
