import { paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { WebhookEvent } from '../model.ts';
import type { IntegrationTable } from './integrations.ts';
import { keys } from './keys.ts';

/** Where events are sent to, as the table holds it: one item. Its secret is elsewhere. Times are ISO 8601. */
export type Webhook = {
  webhookId: string;
  url: string;
  events: WebhookEvent[];
  createdAt: string;
  revokedAt?: string;
  revokedBecause?: string;
};

/** All of them, the revoked ones among them, oldest first. */
export const listWebhooks = async ({ client, name }: IntegrationTable): Promise<Webhook[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.webhook('').pk },
    },
  );
  const webhooks: Webhook[] = [];
  for await (const { Items = [] } of pages) webhooks.push(...Items.map(({ pk, sk, ...webhook }) => webhook as Webhook));
  return webhooks.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
};

/** It is sent nothing more. The first revocation stands. Throws what the SDK throws, if there is none of this id among it. */
export const revokeWebhook = async (
  { client, name }: IntegrationTable,
  webhookId: string,
  because: string,
): Promise<void> => {
  await client.send(
    new UpdateCommand({
      TableName: name,
      Key: keys.webhook(webhookId),
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression:
        'SET revokedAt = if_not_exists(revokedAt, :now), revokedBecause = if_not_exists(revokedBecause, :because)',
      ExpressionAttributeValues: { ':now': new Date().toISOString(), ':because': because },
    }),
  );
};
