import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Refusal } from '../refusal.ts';
import type { Table } from './client.ts';
import type { Item } from './items.ts';
import { indexes, type Key } from './keys.ts';
import { readItems } from './read.ts';

type IndexName = keyof typeof indexes;

/** An ordered view of the table: one partition of an index, or one per shard, merged by sort key. */
export type Listing = {
  index: IndexName;
  partitions: readonly string[];
  newestFirst?: boolean;
  /** Sort keys begin so. */
  prefix?: string;
  /** Names the question, so that a cursor of another one is refused. */
  question: string;
};

export type Page = { items: Item[]; cursor?: string };

/** A page ends early before its items would outgrow what a Lambda can answer (6 MB). */
const PAGE_BYTES_LIMIT = 2_000_000;

/**
 * One query per partition, then the items themselves in one consistent `BatchGetItem`: the indexes hold keys only and
 * may lag, the items do not. Items that `keep` rejects are passed over, so a page may end before `limit`.
 */
export const listItems = async (
  table: Table,
  listing: Listing,
  { limit, cursor, keep = () => true }: { limit: number; cursor?: string | undefined; keep?: (item: Item) => boolean },
): Promise<Page> => {
  const after = cursor === undefined ? undefined : positionOf(cursor, listing.question, listing.prefix);
  const { range } = indexes[listing.index];
  const found = (
    await Promise.all(listing.partitions.map((partition) => query(table, listing, partition, limit, after)))
  ).flat();
  const direction = listing.newestFirst ? -1 : 1;
  const ordered = found
    .sort((one, other) => direction * (String(one[range]) < String(other[range]) ? -1 : 1))
    .slice(0, limit);
  const keys = ordered.map(({ pk, sk }): Key => ({ pk, sk }));
  const read = keys.length > 0 ? await readItems(table, keys) : undefined;

  const items: Item[] = [];
  let bytes = 0;
  let position: string | undefined;
  for (const entry of ordered) {
    const item = read?.get({ pk: entry.pk, sk: entry.sk });
    bytes += item ? JSON.stringify(item).length : 0;
    if (items.length > 0 && bytes > PAGE_BYTES_LIMIT) return { items, cursor: cursorOf(listing.question, position) };
    position = String(entry[range]);
    if (item && keep(item)) items.push(item);
  }
  return ordered.length < limit ? { items } : { items, cursor: cursorOf(listing.question, position) };
};

const query = async (
  table: Table,
  { index, newestFirst, prefix }: Listing,
  partition: string,
  limit: number,
  after: string | undefined,
): Promise<Item[]> => {
  const { name, hash, range } = indexes[index];
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: name,
      // a range that begins at `after` finds it once more
      Limit: prefix !== undefined && after !== undefined ? limit + 1 : limit,
      ScanIndexForward: !newestFirst,
      KeyConditionExpression: ['#hash = :hash', rangeCondition(prefix, after, newestFirst)]
        .filter(Boolean)
        .join(' AND '),
      ExpressionAttributeNames: { '#hash': hash, ...((prefix ?? after) !== undefined && { '#range': range }) },
      ExpressionAttributeValues: {
        ':hash': partition,
        ...(after !== undefined && { ':after': after }),
        ...(prefix !== undefined && after === undefined && { ':prefix': prefix }),
        ...(prefix !== undefined && after !== undefined && { ':last': `${prefix}\uFFFF` }),
      },
    }),
  );
  return (Items as Item[]).filter((item) => item[range] !== after);
};

/** A key condition takes one comparison of the sort key, so "after, within the prefix" is a range; `after` itself is dropped. */
const rangeCondition = (
  prefix: string | undefined,
  after: string | undefined,
  newestFirst: boolean | undefined,
): string | undefined => {
  if (after === undefined) return prefix === undefined ? undefined : 'begins_with(#range, :prefix)';
  if (prefix !== undefined) return '#range BETWEEN :after AND :last';
  return newestFirst ? '#range < :after' : '#range > :after';
};

type Position = { question: string; after: string };

/** What the sort keys of this table are made of; DynamoDB takes no more than 1,024 bytes of one, and no lone surrogate. */
const SORT_KEY = /^[\x21-\x7E]{1,1024}$/;
const isSortKey = (given: unknown, prefix: string): given is string =>
  typeof given === 'string' && given.startsWith(prefix) && SORT_KEY.test(given);

const cursorOf = (question: string, after: string | undefined): string =>
  Buffer.from(JSON.stringify({ question, after } satisfies Partial<Position>)).toString('base64url');

/** Where the last page ended. A cursor is nothing but a sort key, so a forged one reads nothing it should not. */
const positionOf = (cursor: string, question: string, prefix = ''): string => {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Partial<Position>;
    if (position.question === question && isSortKey(position.after, prefix)) return position.after;
  } catch {
    // refused below, as any other cursor that is not ours
  }
  const message = 'is not a cursor of this listing; leave it out to begin at the start';
  throw new Refusal('INVALID_INPUT', `The cursor ${message}.`, { issues: [{ path: 'cursor', message }] });
};

/** The partition of an ATP beside the ATP itself: artifacts, timeline, messages, each oldest first. */
export const readPartition = async (table: Table, { pk }: Key, cursor: string | undefined): Promise<Page> => {
  const after = cursor === undefined ? undefined : positionOf(cursor, pk);
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
    }),
  );
  return {
    items: (Items as Item[]).filter(({ sk }) => sk !== 'ATP'),
    ...(LastEvaluatedKey && { cursor: cursorOf(pk, String(LastEvaluatedKey.sk)) }),
  };
};
