/** Messages that are published but for their email: in the outbox index, under their topic. */

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { messageParts } from '../ids.ts';
import type { Gathered } from '../notify/digest.ts';
import { type TopicName, topicNames } from '../notify/outgoing.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { indexes, type Key, keys, owingKey, shardOf, shards } from '../store/keys.ts';
import { mark } from '../store/mark.ts';
import { type Items, readItems } from '../store/read.ts';

/** What an `outbox` says of a message of this ATP that owes its email. */
export const owingOf = (topic: TopicName, atpId: string): string => owingKey(topic, shardOf(atpId));

/** The topic that an item owes its email to. */
export const owedTo = ({ outbox }: Item): TopicName | undefined =>
  topicNames.find((topic) => shards.some((shard) => outbox === owingKey(topic, shard)));

const gathered = (item: Item | undefined, topic: TopicName): (Gathered & { item: Item }) | undefined => {
  if (!item || owedTo(item) !== topic) return undefined;
  const { atpId, messageId } = item;
  return typeof atpId === 'string' && typeof messageId === 'string' ? { atpId, messageId, item } : undefined;
};

export type Owing = NonNullable<ReturnType<typeof gathered>>;

/** Of these messages, those that still owe their email. Read into `items`, consistently. */
export const owingAmong = async (
  table: Table,
  topic: TopicName,
  messageIds: readonly string[],
  items: Items,
): Promise<Owing[]> => {
  const wanted = messageIds.flatMap((id) => {
    const parts = messageParts(id);
    return parts ? [keys.message(parts)] : [];
  });
  return owingIn(table, topic, wanted, items);
};

const owingIn = async (table: Table, topic: TopicName, wanted: readonly Key[], items: Items): Promise<Owing[]> => {
  await readItems(table, wanted, items);
  return wanted.flatMap((key) => gathered(items.get(key), topic) ?? []);
};

type Dated = Key & { sentAt?: unknown };

/** A mail that a person still reads, and one `BatchGetItem`. */
const GATHERED_LIMIT = 100;

/** What owes its email to the topic, oldest first: these, and what the index names, which may lag. */
export const gather = async (
  table: Table,
  topic: TopicName,
  known: readonly Owing[],
  items: Items,
): Promise<Owing[]> => {
  const listed = await Promise.all(shards.map((shard) => listedIn(table, owingKey(topic, shard))));
  const entries = listed
    .flat()
    .toSorted(oldestFirst)
    .slice(0, GATHERED_LIMIT)
    .map(({ pk, sk }) => ({ pk, sk }));
  const found = await owingIn(table, topic, entries, items);
  const all = new Map([...found, ...known].map((each) => [each.messageId, each]));
  return [...all.values()].toSorted((one, other) => oldestFirst(one.item, other.item)).slice(0, GATHERED_LIMIT);
};

const oldestFirst = (one: Dated, other: Dated): number =>
  String(one.sentAt).localeCompare(String(other.sentAt)) || one.sk.localeCompare(other.sk);

const listedIn = async ({ client, name: TableName }: Table, owing: string): Promise<Dated[]> => {
  const { name: IndexName, hash } = indexes.outbox;
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: '#hash = :owing',
      ExpressionAttributeNames: { '#hash': hash },
      ExpressionAttributeValues: { ':owing': owing },
      Limit: GATHERED_LIMIT,
    }),
  );
  return Items as Dated[];
};

const AT_ONCE = 20;

/** Marks that their email went. One that is marked already, or gone, stays as it is. */
export const markMailed = async (table: Table, mailed: readonly Owing[], now: number): Promise<void> => {
  for (let start = 0; start < mailed.length; start += AT_ONCE)
    await Promise.all(
      mailed.slice(start, start + AT_ONCE).map(({ item }) =>
        mark(table, item, {
          update: 'SET emailedAt = :now REMOVE outbox',
          condition: 'outbox = :owing',
          values: { ':now': new Date(now).toISOString(), ':owing': item.outbox },
        }),
      ),
    );
};
