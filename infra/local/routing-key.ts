import { readFileSync } from 'node:fs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  admits,
  hashOf,
  integrationOfRoutingKey,
  mintRoutingKey,
  newIntegrationId,
} from '../../lib/pager/credential.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import { createIntegration } from '../../lib/store/integrations.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { writePrivately } from './private-file.ts';

const readKey = (path: string): string | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'string') return key;
  } catch {
    // said below
  }
  throw new Error(`${path} is broken: delete it, and a new routing key is made`);
};

/** The routing key of the stack's own integration: the one of an earlier run where it still holds, a new one otherwise. */
export const ensureRoutingKey = async (
  client: DynamoDBDocumentClient,
  table: string,
  path: string,
): Promise<string> => {
  const earlier = readKey(path);
  if (earlier && (await isKnown(client, table, earlier))) return earlier;
  const integrationId = newIntegrationId();
  const routingKey = mintRoutingKey(integrationId);
  const createdAt = new Date().toISOString();
  const integration: Integration = {
    integrationId,
    source: 'events',
    service: 'local',
    environment: 'production',
    role: '@dev',
    rules: [],
    credentials: [{ sha256: hashOf(routingKey), createdAt }],
    createdAt,
  };
  await createIntegration({ client, name: table }, integration);
  writePrivately(path, routingKey);
  return routingKey;
};

/** Whether the table has its integration, neither revoked nor rotated past this key. */
const isKnown = async (client: DynamoDBDocumentClient, name: string, routingKey: string): Promise<boolean> => {
  const integrationId = integrationOfRoutingKey(routingKey);
  if (!integrationId) return false;
  const key = keys.integration(integrationId);
  const items = await readItems({ client, name }, [key]);
  return admits(items.get(key) as Integration | undefined, routingKey, Date.now());
};
