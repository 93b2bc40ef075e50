/**
 * Keys of the single table. One partition holds an ATP with its timeline, messages and artifacts.
 * docs/data-model.md lists the access patterns they serve.
 */

import type { IdParts } from '../ids.ts';
import type { EpisodeRef } from '../model.ts';

export type Key = { pk: string; sk: string };

/** Partitions that an index key shared by the whole fleet is spread over (1,000 WCU/s each). */
export const SHARDS = 4;

const partition = (atpId: string): string => `ATP#${atpId}`;

export const keys = {
  atp: (atpId: string): Key => ({ pk: partition(atpId), sk: 'ATP' }),
  event: (atpId: string, ulid: string): Key => ({ pk: partition(atpId), sk: `EVENT#${ulid}` }),
  message: ({ atpId, ulid }: IdParts): Key => ({ pk: partition(atpId), sk: `MESSAGE#${ulid}` }),
  artifact: ({ atpId, ulid }: IdParts): Key => ({ pk: partition(atpId), sk: `ARTIFACT#${ulid}` }),
  /** Content lies apart, so that reading a timeline does not read a quarter megabyte of report. */
  content: (artifactId: string): Key => ({ pk: `CONTENT#${artifactId}`, sk: 'CONTENT' }),
  idempotency: (credential: string, key: string): Key => ({
    pk: `IDEMPOTENCY#${credential}#${key}`,
    sk: 'IDEMPOTENCY',
  }),
  turn: (credential: string, turnId: string): Key => ({ pk: `TURN#${credential}#${turnId}`, sk: 'TURN' }),
  token: (sha256: string): Key => ({ pk: `TOKEN#${sha256}`, sk: 'TOKEN' }),
  episode: ({ integrationId, episode }: EpisodeRef): Key => ({
    pk: `INCIDENT#${integrationId}#${episode}`,
    sk: 'INCIDENT',
  }),
  integration: (integrationId: string): Key => ({ pk: `INTEGRATION#${integrationId}`, sk: 'INTEGRATION' }),
  /** One partition lists every integration, for `npm run integration`. */
  integrationEntry: (integrationId: string): Key => ({ pk: 'INTEGRATIONS', sk: integrationId }),
  /** One partition holds every endpoint that events are sent to: they are few, and read together. */
  webhook: (webhookId: string): Key => ({ pk: 'WEBHOOKS', sk: webhookId }),
  /** A delivery of a page that was worked off, by the source's own id of it. */
  delivery: (integrationId: string, delivery: string): Key => ({
    pk: `DELIVERY#${integrationId}#${delivery}`,
    sk: 'DELIVERY',
  }),
  /** One item names the emergencies that are open. */
  emergencies: { pk: 'EMERGENCIES', sk: 'EMERGENCIES' },
  /** When the last digest of a topic went, until when its mails have their turns, and when the last ones went. */
  digest: (topic: string): Key => ({ pk: `DIGEST#${topic}`, sk: 'DIGEST' }),
  /** The notices of an ATP that were mailed by themselves. */
  mailed: (atpId: string): Key => ({ pk: `MAILED#${atpId}`, sk: 'MAILED' }),
  /** One partition lists every token by its short id, for `npm run token`. */
  tokenEntry: (tokenId: string): Key => ({ pk: 'TOKENS', sk: tokenId }),
} as const;

/** Of the ATPs whose ids are given. */
export const atpKeys = (...ids: (string | undefined)[]): Key[] => ids.flatMap((id) => (id ? [keys.atp(id)] : []));

/** Index names and their key attributes; the stack creates them, the reads query them. */
export const indexes = {
  /** LSI: the messages of one ATP, open directives first, then by priority, then oldest first. */
  thread: { name: 'thread', hash: 'pk', range: 'urgency' },
  /** GSI: the inbox of a role, in the same order. */
  inbox: { name: 'inbox', hash: 'inbox', range: 'urgency' },
  /** GSI: all ATPs by time of creation. */
  created: { name: 'created', hash: 'shard', range: 'createdOrder' },
  /** GSI: ATPs of one status by time of creation. */
  status: { name: 'status', hash: 'statusShard', range: 'createdOrder' },
  /** GSI, sparse: messages still to be published, and those that still owe their email, by who is to bring it. */
  outbox: { name: 'outbox', hash: 'outbox', range: 'sentAt' },
} as const;

/** FNV-1a: spreads ids evenly, and needs nothing imported. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};
export const shardOf = (atpId: string): number => fnv1a(atpId) % SHARDS;
export const shards: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);
export const inboxKey = (role: string, shard: number): string => `INBOX#${role}#${shard}`;
export const createdKey = (shard: number): string => `ATPS#${shard}`;
export const statusKey = (status: string, shard: number): string => `STATUS#${status}#${shard}`;
/** What every `outbox` of something still to be handed over begins with. */
export const OUTBOX = 'OUTBOX#';
export const outboxKey = (shard: number): string => `${OUTBOX}${shard}`;
/** Of a message that is published but for its email, which a digest of the topic is to bring. */
export const owingKey = (topic: string, shard: number): string => `EMAIL#${topic}#${shard}`;
/** Of a message that is published but for its email, which goes by itself at its turn. */
export const owingOwnKey = (topic: string, shard: number): string => `OWN-EMAIL#${topic}#${shard}`;
