/**
 * Works off the queue of timers: fires what is due, and sends on what is not yet. The same queue holds what asks for the
 * digests of the topics.
 */

import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { asDigestDue } from '../lib/digest/queue.ts';
import { workOffDigests } from '../lib/digest/work-off.ts';
import { env, required, requiredJson } from '../lib/env.ts';
import { planDeadline } from '../lib/flow/plan/deadline.ts';
import type { Timeouts } from '../lib/model.ts';
import { openTopics } from '../lib/notify/publish.ts';
import { openTable } from '../lib/store/client.ts';
import { openQueue } from '../lib/timer/queue.ts';
import { type Surroundings, workOff } from '../lib/timer/work-off.ts';

const surroundings: Surroundings = {
  table: openTable(),
  queue: openQueue(required(env.timerQueue)),
  timeouts: requiredJson<Timeouts>(env.timeouts),
  webhooks: requiredJson<boolean>(env.webhooks),
  plan: planDeadline,
};
const { table, queue } = surroundings;
const ofDigests = {
  table,
  queue,
  topics: openTopics(),
  interval: requiredJson<number>(env.digestInterval),
};

const digestIn = ({ body }: SQSRecord) => {
  try {
    return asDigestDue(JSON.parse(body));
  } catch {
    return undefined;
  }
};

/** What failed is received again after the queue's visibility timeout, until it becomes a dead letter. */
export const handler = async (
  { Records }: SQSEvent,
  { awsRequestId }: { awsRequestId: string },
): Promise<SQSBatchResponse> => {
  const digests = Records.flatMap((record) => {
    const due = digestIn(record);
    return due ? [{ messageId: record.messageId, due }] : [];
  });
  const timers = Records.filter((record) => !digestIn(record));
  const failed = await Promise.all([
    workOff(timers, surroundings, awsRequestId),
    workOffDigests(digests, ofDigests, awsRequestId),
  ]);
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
};
