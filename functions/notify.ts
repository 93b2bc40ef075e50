/** Reads the table's stream and publishes the messages that people and machines are told of (contract section 5). */

import { SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { env, required } from '../lib/env.ts';
import { log } from '../lib/log.ts';
import { paced } from '../lib/notify/pace.ts';
import { type Far, type Outcome, publish } from '../lib/notify/publish.ts';
import { openTable } from '../lib/store/client.ts';
import type { Item } from '../lib/store/items.ts';
import type { Key } from '../lib/store/keys.ts';
import { readItems } from '../lib/store/read.ts';

const REQUEST_TIMEOUT_MS = 3_000;
const CONNECTION_TIMEOUT_MS = 1_000;

const far: Far = {
  table: openTable(),
  sns: new SNSClient({
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  }),
  topics: { directives: required(env.directivesTopic), hitl: required(env.hitlTopic) },
  pace: paced(),
};

/** The mapping's filter sees only the image. An acknowledgement of what is not published yet changes it, and is not ours. */
const isWrittenToOutbox = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' && dynamodb?.NewImage?.outbox !== undefined;

const keyOf = ({ dynamodb }: DynamoDBRecord): Key | undefined => {
  const [pk, sk] = [dynamodb?.Keys?.pk?.S, dynamodb?.Keys?.sk?.S];
  return pk && sk ? { pk, sk } : undefined;
};

/**
 * Every record is tried, whatever became of those before it, and the first that is worth another try is reported:
 * Lambda then brings back that one and all after it. Messages are read from the table before they are published, so
 * those that come back published are passed over.
 */
export const handler = async (
  { Records }: DynamoDBStreamEvent,
  { awsRequestId: requestId }: { awsRequestId: string },
): Promise<DynamoDBBatchResponse> => {
  const due = Records.filter(isWrittenToOutbox).map((record) => ({ key: keyOf(record), record }));
  const items = await readItems(
    far.table,
    due.flatMap(({ key }) => key ?? []),
  );
  let failed: string | undefined;
  for (const { key, record } of due) {
    const item = key && items.get(key);
    const outcome: Outcome = key
      ? await publish(far, item)
      : { kind: 'giveUp', error: new Error('the record has no key of this table') };
    const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
    tell(outcome, { requestId, sequenceNumber, ...key, ...named(item) });
    if (outcome.kind === 'retry') failed ??= sequenceNumber;
  }
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
};

const named = (item: Item | undefined): { atpId?: string; messageId?: string } => ({
  ...(typeof item?.atpId === 'string' && { atpId: item.atpId }),
  ...(typeof item?.messageId === 'string' && { messageId: item.messageId }),
});

const tell = (outcome: Outcome, about: { [name: string]: string }): void => {
  if (outcome.kind === 'published') log.info('published', about);
  else if (outcome.kind === 'notDue') log.info('published before, or gone', about);
  else if (outcome.kind === 'retry') log.warn('not published, will be tried again', { ...about, error: outcome.error });
  else log.error('not published, and no use in trying again', { ...about, error: outcome.error });
};
