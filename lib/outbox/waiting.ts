import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { topicNames } from '../notify/outgoing.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import { indexes, type Key, outboxKey, owingKey, owingOwnKey, shards } from '../store/keys.ts';
import { readItems } from '../store/read.ts';

/** An item of the outbox index, which holds keys only. */
type Entry = Key & { sentAt: string };
/** An item that the index names, as it is in the table now. The index may lag: see `handOver`. */
export type Waiting = { key: Key; sentAt: string; item: Item | undefined };

const PAGE = 25;

/** First what was never handed over, then what owes its email. */
const partitions: readonly string[] = [
  ...shards.map(outboxKey),
  ...topicNames.flatMap((topic) => shards.flatMap((shard) => [owingKey(topic, shard), owingOwnKey(topic, shard)])),
];

/**
 * The messages that wait to be published or mailed, and the events whose timers wait to be queued, since before
 * `sentBefore` (ISO 8601), oldest first in each shard. What was published since then is not yet late with its email.
 */
export async function* waiting(table: Table, sentBefore: string): AsyncGenerator<Waiting> {
  const { name, hash, range } = indexes.outbox;
  for (const partition of partitions) {
    const pages = paginateQuery(
      { client: table.client, pageSize: PAGE },
      {
        TableName: table.name,
        IndexName: name,
        KeyConditionExpression: '#hash = :partition AND #range < :before',
        ExpressionAttributeNames: { '#hash': hash, '#range': range },
        ExpressionAttributeValues: { ':partition': partition, ':before': sentBefore },
      },
    );
    for await (const { Items = [] } of pages) {
      const entries = (Items as Entry[]).map(({ pk, sk, sentAt }) => ({ key: { pk, sk }, sentAt }));
      const items = await readItems(
        table,
        entries.map(({ key }) => key),
      );
      for (const { key, sentAt } of entries) {
        const item = items.get(key);
        if (!isPublishedSince(sentBefore, item)) yield { key, sentAt, item };
      }
    }
  }
}

const isPublishedSince = (time: string, item: Item | undefined): boolean =>
  typeof item?.publishedAt === 'string' && item.publishedAt >= time;
