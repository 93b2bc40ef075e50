import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type WebhookEvent, webhookEvents } from '../../lib/model.ts';
import { newIntegrationId } from '../../lib/pager/credential.ts';
import { holding } from '../../lib/pager/secret-list.ts';
import { keys } from '../../lib/store/keys.ts';
import { listWebhooks, revokeWebhook, type Webhook } from '../../lib/store/webhooks.ts';
import { post } from '../../lib/webhook/post.ts';
import { SECRET_PREFIX, signed } from '../../lib/webhook/signature.ts';
import { webhookUrl } from '../../lib/webhook/target.ts';
import { rotated } from '../integration/credential.ts';
import { deleteSecrets, readSecrets, writeSecrets } from '../integration/secrets.ts';
import type { Where } from './where.ts';

export type Made = { webhook: Webhook; secret: string };

/** 256 bits, as many as the hash has (Standard Webhooks asks for 192 to 512). */
const SECRET_BYTES = 32;
const mint = (): string => SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/** Registers an endpoint. Nothing is written before all flags are seen, and the secret before what needs it. */
export const create = async (where: Where, flags: { url?: string; events?: string }): Promise<Made> => {
  if (!flags.url) throw new Error('--url is missing: where is it to be sent?');
  const url = webhookUrl(flags.url, where).href;
  const events = flags.events === undefined ? [...webhookEvents] : flags.events.split(',').map(eventOf);
  const createdAt = new Date().toISOString();
  const webhook: Webhook = { webhookId: newIntegrationId(), url, events, createdAt };
  const secret = mint();
  await writeSecrets(where.secrets, webhook.webhookId, [{ secret, createdAt }]);
  const { client, name } = where.table;
  const Item = { ...keys.webhook(webhook.webhookId), ...webhook };
  await client.send(new PutCommand({ TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  return { webhook, secret };
};

const eventOf = (text: string): WebhookEvent => {
  const event = webhookEvents.find((known) => known === text.trim());
  if (!event) throw new Error(`--events ${text}: some of ${webhookEvents.join(' ')}`);
  return event;
};

export const find = async ({ table }: Where, webhookId: string): Promise<Webhook> => {
  const webhook = (await listWebhooks(table)).find((each) => each.webhookId === webhookId);
  if (!webhook) throw new Error(`there is no webhook ${webhookId}: list shows those there are`);
  return webhook;
};

/** A new secret; those before it sign too until `at` (ISO 8601). */
export const rotate = async (where: Where, webhook: Webhook, at: string): Promise<Made> => {
  const { webhookId, revokedAt } = webhook;
  if (revokedAt) throw new Error(`${webhookId} was revoked ${revokedAt}: create another`);
  const secret = mint();
  const before = await readSecrets(where.secrets, webhookId);
  const createdAt = new Date().toISOString();
  await writeSecrets(where.secrets, webhookId, rotated(before, { secret, createdAt }, at));
  return { webhook, secret };
};

export const revoke = async (where: Where, { webhookId }: Webhook): Promise<void> => {
  await revokeWebhook(where.table, webhookId, 'an operator revoked it');
  await deleteSecrets(where.secrets, webhookId);
};

/** Posts an event that stands for none, and answers the status. */
export const tryEndpoint = async (where: Where, { webhookId, url }: Webhook): Promise<number> => {
  const now = Date.now();
  const secrets = holding(await readSecrets(where.secrets, webhookId), now).map(({ secret }) => secret);
  if (secrets.length === 0) throw new Error(`${webhookId} has no secret to sign with: is it revoked?`);
  const eventId = `evt_test_${now}`;
  const body = JSON.stringify({ type: 'webhook.test', eventId, at: new Date(now).toISOString() });
  return post(url, body, signed(eventId, now, body, secrets), where);
};
