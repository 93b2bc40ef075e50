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
  /** The parts of a partition that are wanted, oldest first; left out, all of it. */
  runs?: readonly Run[];
  /** Names the question, so that a cursor of another one is refused. */
  question: string;
};

/** Sort keys that begin with `prefix`, those of them that are `from` at least. */
type Run = { prefix: string; from?: string };

export type Page = { items: Item[]; cursor?: string };

/** A page ends early before its items would outgrow what a Lambda can answer (6 MB). */
const PAGE_BYTES_LIMIT = 2_000_000;

type Wanted = { limit: number; cursor?: string | undefined; keep?: (item: Item) => boolean };

/** The page that `listEntries` finds, as `itemsOf` reads it. */
export const listItems = async (table: Table, listing: Listing, wanted: Wanted): Promise<Page> =>
  itemsOf(table, listing, wanted, await listEntries(table, listing, wanted));

/**
 * Of a page no more than its index entries, in order. Each query takes a connection, so it is one run of all partitions
 * at once, or all runs of one partition.
 */
export const listEntries = async (table: Table, listing: Listing, { limit, cursor }: Wanted): Promise<Item[]> => {
  const { partitions, index, newestFirst } = listing;
  const stretches = stretchesOf(listing, cursor === undefined ? undefined : positionOf(cursor, listing));
  const found: Item[] = [];
  for (const together of stretches.length === 1 ? [partitions] : partitions.map((partition) => [partition])) {
    const queries = together.flatMap((partition) =>
      stretches.map((stretch) => query(table, listing, partition, stretch, limit)),
    );
    found.push(...(await Promise.all(queries)).flat());
  }
  const { range } = indexes[index];
  const direction = newestFirst ? -1 : 1;
  return found.sort((one, other) => direction * (String(one[range]) < String(other[range]) ? -1 : 1)).slice(0, limit);
};

/**
 * The items of these entries in one consistent `BatchGetItem`: the indexes hold keys only and may lag, the items do
 * not. Items that `keep` rejects are passed over, so a page may end before `limit`.
 */
export const itemsOf = async (
  table: Table,
  listing: Listing,
  { limit, keep = () => true }: Wanted,
  ordered: readonly Item[],
): Promise<Page> => {
  const { range } = indexes[listing.index];
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

/** A part of a partition by its sort keys: `after` does not belong to it, both ends do. */
type Stretch = { after?: string; first?: string; last?: string };

/** What is left of the listing behind `after`. */
const stretchesOf = ({ runs }: Listing, after: string | undefined): Stretch[] => {
  const behind = after !== undefined && { after };
  if (!runs) return [{ ...behind }];
  return runs
    .map(({ prefix, from = prefix }) => ({ first: from, last: `${prefix}\uFFFF` }))
    .filter(({ last }) => after === undefined || after < last)
    .map(({ first, last }) =>
      after !== undefined && first <= after ? { ...behind, first: after, last } : { first, last },
    );
};

/** A key condition takes one comparison of the sort key, so a run begins at `after`, which is dropped. */
const query = async (
  table: Table,
  { index, newestFirst }: Listing,
  partition: string,
  { after, first, last }: Stretch,
  limit: number,
): Promise<Item[]> => {
  const { name, hash, range } = indexes[index];
  const bounds = first === undefined ? { after } : { first, last };
  const behind = newestFirst ? '#range < :after' : '#range > :after';
  const condition = first !== undefined ? '#range BETWEEN :first AND :last' : after !== undefined && behind;
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: name,
      Limit: first !== undefined && after !== undefined ? limit + 1 : limit,
      ScanIndexForward: !newestFirst,
      KeyConditionExpression: ['#hash = :hash', condition].filter(Boolean).join(' AND '),
      ExpressionAttributeNames: { '#hash': hash, ...(condition && { '#range': range }) },
      ExpressionAttributeValues: {
        ':hash': partition,
        ...(condition && Object.fromEntries(Object.entries(bounds).map(([bound, key]) => [`:${bound}`, key]))),
      },
    }),
  );
  return (Items as Item[]).filter((item) => item[range] !== after);
};

type Position = { question: string; after: string };

/** What the sort keys of this table are made of; DynamoDB takes no more than 1,024 bytes of one, and no lone surrogate. */
const SORT_KEY = /^[\x21-\x7E]{1,1024}$/;
const isSortKey = (given: unknown, runs: readonly Run[]): given is string =>
  typeof given === 'string' && runs.some(({ prefix }) => given.startsWith(prefix)) && SORT_KEY.test(given);

const cursorOf = (question: string, after: string | undefined): string =>
  Buffer.from(JSON.stringify({ question, after } satisfies Partial<Position>)).toString('base64url');

/** Where the last page ended. A cursor is nothing but a sort key, so a forged one reads nothing it should not. */
const positionOf = (
  cursor: string,
  { question, runs = [{ prefix: '' }] }: Pick<Listing, 'question' | 'runs'>,
): string => {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Partial<Position>;
    if (position.question === question && isSortKey(position.after, runs)) return position.after;
  } catch {
    // refused below, as any other cursor that is not ours
  }
  const message = 'is not a cursor of this listing; leave it out to begin at the start';
  throw new Refusal('INVALID_INPUT', `The cursor ${message}.`, { issues: [{ path: 'cursor', message }] });
};

/** The partition of an ATP beside the ATP itself: artifacts, timeline, messages, each oldest first. */
export const readPartition = async (table: Table, { pk }: Key, cursor: string | undefined): Promise<Page> => {
  const after = cursor === undefined ? undefined : positionOf(cursor, { question: pk });
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
