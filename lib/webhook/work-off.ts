import type { SQSRecord } from 'aws-lambda';
import { log } from '../log.ts';
import type { Atp, Event } from '../model.ts';
import type { Table } from '../store/client.ts';
import { keys } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import { revokeWebhook, type Webhook } from '../store/webhooks.ts';
import { bodyOf } from './body.ts';
import { type Delivery, readMessage, send, type Told, type WebhookQueue } from './queue.ts';
import { nextAttemptAt } from './retry.ts';

export type Surroundings = {
  table: Table;
  queue: WebhookQueue;
  deadLetters: WebhookQueue;
  /** Those that are not revoked; may be a minute old. */
  webhooks: () => Promise<readonly Webhook[]>;
  /** Posts the body, signed, and answers the status. */
  deliver: (webhook: Webhook, body: Delivery['body']) => Promise<number>;
};

/** Works off a batch of the queue of webhooks, all of it at the same time. Answers the ids of the messages that failed. */
export const workOff = async (
  records: readonly Pick<SQSRecord, 'messageId' | 'body'>[],
  surroundings: Surroundings,
  requestId: string,
): Promise<string[]> => {
  const failed: string[] = [];
  await Promise.all(
    records.map(async ({ messageId, body }) => {
      try {
        const message = readMessage(body);
        await (message.kind === 'event' ? fanOut(message, surroundings) : attempt(message, surroundings, requestId));
      } catch (error) {
        failed.push(messageId);
        log.error('webhook not worked off, and comes again', { requestId, queueMessageId: messageId, error });
      }
    }),
  );
  return failed;
};

/** A message for each endpoint: one that fails then waits by itself, and the others are not sent the event again. */
const fanOut = async ({ atpId, ulid, type }: Told, { table, queue, webhooks }: Surroundings): Promise<void> => {
  const wanting = (await webhooks()).filter(({ events }) => events.includes(type));
  if (wanting.length === 0) return;
  const [atpKey, eventKey] = [keys.atp(atpId), keys.event(atpId, ulid)];
  const items = await readItems(table, [atpKey, eventKey]);
  const [atp, event] = [items.get(atpKey) as Atp | undefined, items.get(eventKey) as Event | undefined];
  if (!atp || !event) throw new Error(`${atpId} has no event ${ulid}`);
  const body = bodyOf(type, ulid, atp, event);
  const dueAt = new Date().toISOString();
  await Promise.all(
    wanting.map(({ webhookId }) => send(queue, { kind: 'delivery', webhookId, attempt: 0, dueAt, body })),
  );
};

/** One attempt, if it is due. What becomes of it is a message again, so only SQS and the table can fail this. */
const attempt = async (delivery: Delivery, surroundings: Surroundings, requestId: string): Promise<void> => {
  const { webhookId, dueAt, body } = delivery;
  if (Date.parse(dueAt) > Date.now()) return send(surroundings.queue, delivery);
  const webhook = (await surroundings.webhooks()).find((each) => each.webhookId === webhookId);
  const about = { requestId, webhookId, eventId: body.eventId, type: body.type, attempt: delivery.attempt };
  if (!webhook) return log.info('webhook revoked meanwhile, nothing sent', about);
  const startedAt = Date.now();
  const outcome = await surroundings.deliver(webhook, body).catch((error: unknown) => error);
  if (typeof outcome === 'number' && outcome >= 200 && outcome < 300)
    return log.info('webhook delivered', { ...about, status: outcome, tookMs: Date.now() - startedAt });
  if (outcome === GONE) {
    await revokeWebhook(surroundings.table, webhookId, 'its receiver answered 410 Gone');
    return log.warn('webhook revoked: its receiver answered 410 Gone', about);
  }
  const failure = typeof outcome === 'number' ? `answered ${outcome}` : reasonOf(outcome);
  log.warn('webhook not delivered', { ...about, failure });
  return later({ ...delivery, failure }, surroundings);
};

const GONE = 410;

/** A dead letter begins anew when it is sent back: its receiver was mended. */
const later = (delivery: Delivery, { queue, deadLetters }: Surroundings): Promise<void> => {
  const next = nextAttemptAt(delivery.attempt, Date.now());
  if (next === undefined) return send(deadLetters, { ...delivery, attempt: 0, dueAt: new Date().toISOString() });
  return send(queue, { ...delivery, attempt: delivery.attempt + 1, dueAt: new Date(next).toISOString() });
};

/** Characters: beside a body of the largest size it has to fit into a message of the queue. */
const FAILURE_LIMIT = 300;

const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}: ${error.message || String((error as { code?: string }).code)}`.slice(0, FAILURE_LIMIT)
    : 'failed';
