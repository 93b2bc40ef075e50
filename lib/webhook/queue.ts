/** The queue of webhooks: first a message for an event, then one for each endpoint that is to hear of it. */

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type WebhookEvent, webhookEvents } from '../model.ts';
import { requestTimeouts } from '../request-timeouts.ts';

export type WebhookQueue = { sqs: SQSClient; url: string };

/** An event of the timeline that was handed over: the notifier sends it. */
export type Told = { kind: 'event'; atpId: string; ulid: string; type: WebhookEvent };
/**
 * A body on its way to one endpoint. `attempt` counts from 0, `dueAt` is ISO 8601. The body is made once, so that every
 * attempt sends the same.
 */
export type Delivery = {
  kind: 'delivery';
  webhookId: string;
  attempt: number;
  dueAt: string;
  body: { type: string; eventId: string; at: string; [more: string]: unknown };
  /** Of the last attempt, for whoever reads a dead letter. */
  failure?: string;
};

/** The longest that SQS holds a message back, in seconds (SQS API reference, `SendMessage`). */
const DELAY_LIMIT = 900;

/** Made once per execution environment, at start-up. */
export const openWebhooks = (url: string): WebhookQueue => ({
  sqs: new SQSClient({ requestHandler: requestTimeouts }),
  url,
});

/** Sends one message, held back until it is due, or as long as SQS can. Throws what the SDK throws. */
export const send = async ({ sqs, url }: WebhookQueue, message: Told | Delivery): Promise<void> => {
  const seconds = message.kind === 'delivery' ? Math.ceil((Date.parse(message.dueAt) - Date.now()) / 1_000) : 0;
  const DelaySeconds = Math.min(DELAY_LIMIT, Math.max(0, seconds));
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message), DelaySeconds }));
};

/** What a message of the queue holds. Throws for what this service did not put there. */
export const readMessage = (text: string): Told | Delivery => {
  const message = JSON.parse(text) as Partial<Told> & Partial<Delivery>;
  if (message.kind === 'event' && message.atpId && message.ulid && isWebhookEvent(message.type)) return message as Told;
  if (message.kind === 'delivery' && message.webhookId && message.body && Number.isInteger(message.attempt))
    return message as Delivery;
  throw new Error('this is no message of a webhook');
};

export const isWebhookEvent = (value: unknown): value is WebhookEvent => webhookEvents.some((known) => known === value);
