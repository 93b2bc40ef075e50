/** Requests that every door has to refuse: credentials that are no more, not yet, another's, or in a wrong place. */

import { randomUUID } from 'node:crypto';
import type { ToolName } from '../../../lib/model.ts';
import { hashOf, mintBearer, mintRoutingKey, newIntegrationId } from '../../../lib/pager/credential.ts';
import type { Integration } from '../../../lib/pager/integration.ts';
import { mintToken } from '../../../lib/principal.ts';
import { createToken, revokeToken } from '../../../lib/store/tokens.ts';
import { wire } from '../../support/mcp.ts';
import { type SenderName, senders } from '../../support/pages/senders.ts';
import { notification } from '../../support/pages/sns.ts';
import { hmac } from '../../support/pages.ts';
import { type DeployedRoute, pathFor } from '../../support/routes.ts';
import { goodInputs } from '../bad-input/inputs.ts';
import { integrated } from './sources.ts';
import type { World } from './world.ts';

/** What a request shows, and what it is: `bearer` of an agent or of a source, a routing key, a signature. */
export type Knock = { said: string; headers?: Record<string, string>; query?: string; body?: object };
type Sent = { url: string; init: RequestInit };

const past = '2026-01-01T00:00:00.000Z';
const DAYS = 86_400_000;

/** The door of a source by its path, and how it is let in. */
export const sourceOf = ({
  path,
}: DeployedRoute): { sender: SenderName; by: 'bearer' | 'key' | 'signature' } | undefined => {
  if (path.startsWith('/v2/')) return { sender: 'events', by: 'key' };
  const [, name] = /^\/pager\/(\w+)$/.exec(path) ?? [];
  if (name === 'sns') return { sender: 'SNS over HTTPS', by: 'signature' };
  if (name === 'pagerduty') return { sender: 'pagerduty', by: 'signature' };
  return name ? { sender: name as SenderName, by: 'bearer' } : undefined;
};

/** In other places than the one where it is looked for. */
const misplaced = (credential: string): Knock[] => [
  ...['x-api-key', 'x-auth-token', 'proxy-authorization', 'x-authorization', 'x-routing-key'].map((name) => ({
    said: `in ${name}`,
    headers: { [name]: name === 'proxy-authorization' ? `Bearer ${credential}` : credential },
  })),
  { said: 'in a cookie', headers: { cookie: `token=${credential}; authorization=Bearer ${credential}` } },
  {
    said: 'in the query',
    query: `access_token=${credential}&token=${credential}&authorization=Bearer%20${credential}`,
  },
  {
    said: 'by another scheme',
    headers: { authorization: `Basic ${Buffer.from(`x:${credential}`).toString('base64')}` },
  },
  { said: 'without a scheme', headers: { authorization: credential } },
  { said: 'twice', headers: { authorization: `Bearer ${credential}, Bearer ${credential}` } },
];

const bearer = (said: string, credential: string): Knock => ({
  said,
  headers: { authorization: `Bearer ${credential}` },
});

const spoilt = (credential: string): Knock[] => [
  bearer('cut off', credential.slice(0, -1)),
  bearer('with a digit changed', credential.slice(0, -1) + (credential.endsWith('0') ? '1' : '0')),
  bearer('in capitals', credential.toUpperCase()),
];

/** For tools, their reads, `/mcp`, and whatever door is new. */
export const agentKnocks = async ({ service: { table, tokens }, stack, service }: World): Promise<Knock[]> => {
  const make = (now?: number) => createToken(table.client, table.name, { role: '@pm', name: 'pm-9', days: 1 }, now);
  const expired = await make(Date.now() - 2 * DAYS);
  const revoked = await make();
  await revokeToken(table.client, table.name, revoked.tokenId);
  const good = tokens['pm-1'] ?? '';
  const source = await integrated(stack, service, { sender: 'generic' });
  return [
    { said: 'none' },
    bearer('expired', expired.token),
    bearer('revoked', revoked.token),
    bearer('unknown', mintToken('@pm').token),
    bearer('of another role by its own word', good.replace('_pm_', '_operator_')),
    bearer('of a source of pages', source.credential),
    bearer('its hash', hashOf(good)),
    ...spoilt(good),
    ...misplaced(good),
  ];
};

const lapsed = (integrationId: string, credential: string): Partial<Integration> => ({
  integrationId,
  credentials: [{ sha256: hashOf(credential), createdAt: past, expiresAt: past }],
});

/** For doors of pages: of this source, of others, of agents. */
export const sourceKnocks = async (
  { service, stack }: World,
  { sender, by }: NonNullable<ReturnType<typeof sourceOf>>,
): Promise<Knock[]> => {
  const about = { sender, signs: by === 'signature' && sender === 'pagerduty' };
  const good = await integrated(stack, service, about);
  const revoked = await integrated(stack, service, about, { revokedAt: past });
  const other = await integrated(stack, service, { sender: sender === 'generic' ? 'alertmanager' : 'generic' });
  const agent = bearer('of an agent', service.tokens['pm-1'] ?? '');
  if (by === 'key') {
    const id = newIntegrationId();
    const aged = mintRoutingKey(id);
    await integrated(stack, service, about, lapsed(id, aged));
    const keyOf = (said: string, routing_key: string): Knock => ({ said, body: { routing_key } });
    return [
      { said: 'none' },
      keyOf('expired', aged),
      keyOf('revoked', revoked.credential),
      keyOf('unknown', mintRoutingKey(good.integrationId)),
      keyOf('cut off', good.credential.slice(0, -1)),
      keyOf('of another source', other.credential),
      agent,
      ...misplaced(good.credential),
    ];
  }
  const query = `integration=${good.integrationId}`;
  if (by === 'signature') {
    const of = (id: string, said: string, headers: Record<string, string>): Knock => ({
      said,
      query: `integration=${id}`,
      headers,
    });
    const header = 'x-pagerduty-signature';
    return [
      { said: 'none', query },
      { said: 'no integration', headers: { [header]: `v1=${'0'.repeat(64)}` } },
      of(good.integrationId, 'of nothing', { [header]: `v1=${hmac(good.credential, '')}` }),
      of(good.integrationId, 'empty', { [header]: '' }),
      of(good.integrationId, 'by the secret itself', { [header]: `v1=${good.credential}` }),
      of(other.integrationId, 'of another source', { [header]: `v1=${hmac(good.credential, '')}` }),
      of(revoked.integrationId, 'revoked', { [header]: `v1=${hmac(revoked.credential, '')}` }),
      { ...agent, query },
      ...misplaced(good.credential).map((knock) => ({
        ...knock,
        query: [query, knock.query].filter(Boolean).join('&'),
      })),
    ];
  }
  const id = newIntegrationId();
  const aged = mintBearer(id);
  await integrated(stack, service, about, lapsed(id, aged));
  return [
    { said: 'none' },
    bearer('expired', aged),
    bearer('revoked', revoked.credential),
    bearer('unknown', mintBearer(good.integrationId)),
    bearer('of another source', other.credential),
    agent,
    ...spoilt(good.credential),
    ...misplaced(good.credential),
  ];
};

/** A stranger's topic: for one of ours, its certificate would be asked for on the Internet (test/journey/pager/sns.test.ts). */
const foreign = { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:alarms' };

const payloadOf = (sender: SenderName): object => {
  const payload = senders[sender].payload(randomUUID(), 'trigger');
  return sender === 'SNS over HTTPS' ? notification(JSON.stringify(payload), foreign) : payload;
};

/** A request that lacks nothing but a credential that holds. */
export const requestOf = ({ stack: { url }, atpId }: World, route: DeployedRoute, knock: Knock): Sent => {
  const { method, path } = route;
  const tool = path.replace('/tools/', '') as ToolName;
  const source = sourceOf(route);
  const mcp = path === '/mcp' ? wire('2026-07-28', 'tools/list') : undefined;
  const page = source && payloadOf(source.sender);
  const body = { ...(mcp?.message ?? page ?? goodInputs[tool] ?? {}), ...knock.body };
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...mcp?.headers,
    ...knock.headers,
  };
  return {
    url: `${url}${pathFor(route, atpId)}${knock.query ? `?${knock.query}` : ''}`,
    init: { method, headers, ...(method !== 'GET' && { body: JSON.stringify(body) }) },
  };
};
