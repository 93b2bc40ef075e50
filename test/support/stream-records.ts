import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Item } from '../../lib/store/items.ts';

/** Of a function that reads the table's stream. */
export type Handler = (event: DynamoDBStreamEvent, context: { awsRequestId: string }) => Promise<DynamoDBBatchResponse>;

let sequence = 0;

/** What the stream tells of an item. */
export const recordOf = (
  { pk, sk, outbox }: Item,
  eventName: DynamoDBRecord['eventName'] = 'INSERT',
): DynamoDBRecord => ({
  eventName,
  dynamodb: {
    Keys: { pk: { S: pk }, sk: { S: sk } },
    NewImage: { pk: { S: pk }, sk: { S: sk }, ...(typeof outbox === 'string' && { outbox: { S: outbox } }) },
    SequenceNumber: String(++sequence),
  },
});

export const sequenceNumber = (record: DynamoDBRecord | undefined): string | undefined =>
  record?.dynamodb?.SequenceNumber;

/** The answer that brings back this record and all after it. */
export const failed = (record: DynamoDBRecord | undefined): DynamoDBBatchResponse => ({
  batchItemFailures: [{ itemIdentifier: sequenceNumber(record) ?? '' }],
});
export const none: DynamoDBBatchResponse = { batchItemFailures: [] };
