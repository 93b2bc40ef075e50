/** Works off the queue of webhooks: tells the registered endpoints what happened, again and again until they answer. */

import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { env, required } from '../lib/env.ts';
import { secretsOf } from '../lib/pager/secrets.ts';
import { openTable } from '../lib/store/client.ts';
import { listWebhooks, type Webhook } from '../lib/store/webhooks.ts';
import { post } from '../lib/webhook/post.ts';
import { openWebhooks } from '../lib/webhook/queue.ts';
import { signed } from '../lib/webhook/signature.ts';
import { type Surroundings, workOff } from '../lib/webhook/work-off.ts';

const table = openTable();
/** Of the local stack alone: no template has it. */
const loopback = process.env[env.webhookLoopback] === 'true';

/** An endpoint that was made or revoked is known everywhere after this long. */
const KEPT_MS = 60_000;
let kept: { webhooks: readonly Webhook[]; readAt: number } | undefined;

const webhooks = async (): Promise<readonly Webhook[]> => {
  const now = Date.now();
  if (!kept || now - kept.readAt >= KEPT_MS)
    kept = { webhooks: (await listWebhooks(table)).filter(({ revokedAt }) => !revokedAt), readAt: now };
  return kept.webhooks;
};

const deliver: Surroundings['deliver'] = async ({ webhookId, url }, body) => {
  const now = Date.now();
  const secrets = await secretsOf(webhookId, now);
  if (secrets.length === 0) throw new Error('there is no secret to sign with: rotate the webhook');
  const text = JSON.stringify(body);
  return post(url, text, signed(body.eventId, now, text, secrets), { loopback });
};

const surroundings: Surroundings = {
  table,
  queue: openWebhooks(required(env.webhookQueue)),
  deadLetters: openWebhooks(required(env.webhookDeadLetters)),
  webhooks,
  deliver,
};

/** What failed is received again after the queue's visibility timeout, until it becomes a dead letter. */
export const handler = async (
  { Records }: SQSEvent,
  { awsRequestId }: { awsRequestId: string },
): Promise<SQSBatchResponse> => {
  const failed = await workOff(Records, surroundings, awsRequestId);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
