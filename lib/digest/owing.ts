/** Messages that are published but for their email, which a digest is to bring: in the outbox index, under their topic. */

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { messageParts } from '../ids.ts';
import type { Gathered } from '../notify/digest.ts';
import { type TopicName, topicNames } from '../notify/outgoing.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { indexes, type Key, keys, owingKey, owingOwnKey, shardOf, shards } from '../store/keys.ts';
import { mark } from '../store/mark.ts';
import { type Items, readItems } from '../store/read.ts';
import { asOwingOwn, isOverdue, overdueBefore } from './own-email.ts';

/** What an `outbox` says of a message of this ATP whose email a digest is to bring. */
export const owingOf = (topic: TopicName, atpId: string): string => owingKey(topic, shardOf(atpId));

/** The topic whose digest is to bring an item's email. */
export const owedTo = ({ outbox }: Item): TopicName | undefined =>
  topicNames.find((topic) => shards.some((shard) => outbox === owingKey(topic, shard)));

/** The same, and that of an email of its own which did not come in time. */
const bringing = (item: Item, now: number): TopicName | undefined => {
  const own = asOwingOwn(item);
  return own && isOverdue(own, now) ? own.topic : owedTo(item);
};

/** A topic, at a time in milliseconds since the epoch. */
export type TopicNow = { topic: TopicName; now: number };

const gathered = (item: Item | undefined, { topic, now }: TopicNow): (Gathered & { item: Item }) | undefined => {
  if (!item || bringing(item, now) !== topic) return undefined;
  const { atpId, messageId } = item;
  return typeof atpId === 'string' && typeof messageId === 'string' ? { atpId, messageId, item } : undefined;
};

export type Owing = NonNullable<ReturnType<typeof gathered>>;

/** Of these messages, those whose email a digest is to bring. Read into `items`, consistently. */
export const owingAmong = async (
  table: Table,
  at: TopicNow,
  messageIds: readonly string[],
  items: Items,
): Promise<Owing[]> => {
  const wanted = messageIds.flatMap((id) => {
    const parts = messageParts(id);
    return parts ? [keys.message(parts)] : [];
  });
  return owingIn(table, at, wanted, items);
};

const owingIn = async (table: Table, at: TopicNow, wanted: readonly Key[], items: Items): Promise<Owing[]> => {
  await readItems(table, wanted, items);
  return wanted.flatMap((key) => gathered(items.get(key), at) ?? []);
};

type Dated = Key & { sentAt?: unknown };

/** A mail that a person still reads, and one `BatchGetItem`. */
const GATHERED_LIMIT = 100;

/** What owes its email to the topic, oldest first: these, and what the index names, which may lag. */
export const gather = async (table: Table, at: TopicNow, known: readonly Owing[], items: Items): Promise<Owing[]> => {
  const { topic, now } = at;
  const listed = await Promise.all(
    shards.flatMap((shard) => [
      listedIn(table, owingKey(topic, shard)),
      listedIn(table, owingOwnKey(topic, shard), overdueBefore(now)),
    ]),
  );
  const entries = listed
    .flat()
    .toSorted(oldestFirst)
    .slice(0, GATHERED_LIMIT)
    .map(({ pk, sk }) => ({ pk, sk }));
  const found = await owingIn(table, at, entries, items);
  const all = new Map([...found, ...known].map((each) => [each.messageId, each]));
  return [...all.values()].toSorted((one, other) => oldestFirst(one.item, other.item)).slice(0, GATHERED_LIMIT);
};

const oldestFirst = (one: Dated, other: Dated): number =>
  String(one.sentAt).localeCompare(String(other.sentAt)) || one.sk.localeCompare(other.sk);

/** After whatever was written. */
const EVER = Date.parse('9999-12-31T23:59:59.999Z');

const listedIn = async ({ client, name: TableName }: Table, owing: string, sentBefore = EVER): Promise<Dated[]> => {
  const { name: IndexName, hash, range } = indexes.outbox;
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: '#hash = :owing AND #range < :before',
      ExpressionAttributeNames: { '#hash': hash, '#range': range },
      ExpressionAttributeValues: { ':owing': owing, ':before': new Date(sentBefore).toISOString() },
      Limit: GATHERED_LIMIT,
    }),
  );
  return Items as Dated[];
};

const AT_ONCE = 20;

/** Marks that their email went. One that is marked already, or gone, stays as it is. */
export const markMailed = async (table: Table, mailed: readonly { item: Item }[], now: number): Promise<void> => {
  for (let start = 0; start < mailed.length; start += AT_ONCE)
    await Promise.all(
      mailed.slice(start, start + AT_ONCE).map(({ item }) =>
        mark(table, item, {
          update: 'SET emailedAt = :now REMOVE outbox, ownEmailAt, ownEmailHeldUntil',
          condition: 'outbox = :owing',
          values: { ':now': new Date(now).toISOString(), ':owing': item.outbox },
        }),
      ),
    );
};
