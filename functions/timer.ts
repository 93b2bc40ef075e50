/** Works off the queue of timers: fires what is due, and sends on what is not yet. */

import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { env, required, requiredJson } from '../lib/env.ts';
import { planDeadline } from '../lib/flow/plan/deadline.ts';
import type { Timeouts } from '../lib/model.ts';
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

/** What failed is received again after the queue's visibility timeout, until it becomes a dead letter. */
export const handler = async (
  { Records }: SQSEvent,
  { awsRequestId }: { awsRequestId: string },
): Promise<SQSBatchResponse> => {
  const failed = await workOff(Records, surroundings, awsRequestId);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
