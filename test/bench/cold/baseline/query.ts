import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { sending } from './waves.ts';

const client = new DynamoDBClient({});

export const handler = sending({
  BatchGetItem: (input: BatchGetItemCommandInput) => client.send(new BatchGetItemCommand(input)),
  Query: (input: QueryCommandInput) => client.send(new QueryCommand(input)),
});
