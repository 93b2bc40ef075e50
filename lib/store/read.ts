import { setTimeout } from 'node:timers/promises';
import { BatchGetCommand, TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/** Items by key. `undefined` means that the key was read and nothing is there; a key never read is not in it. */
export class Items {
  readonly #items = new Map<string, Item | undefined>();

  static #name({ pk, sk }: Key): string {
    return `${pk}\n${sk}`;
  }

  has(key: Key): boolean {
    return this.#items.has(Items.#name(key));
  }

  get(key: Key): Item | undefined {
    return this.#items.get(Items.#name(key));
  }

  forget(key: Key): void {
    this.#items.delete(Items.#name(key));
  }

  put(key: Key, item: Item | undefined): void {
    this.#items.set(Items.#name(key), item);
  }
}

/** BatchGetItem takes at most this many keys. */
const BATCH_LIMIT = 100;
const ATTEMPTS = 6;
const BACKOFF_MS = 25;

/** The table answered with unprocessed keys to the last: it is throttled. */
export class Unprocessed extends Error {
  override readonly name = 'Unprocessed';
}

/** One consistent `BatchGetItem`, repeated only for keys that the table left unprocessed; in batches of 100 keys. */
export const readItems = async (table: Table, keys: readonly Key[], into: Items = new Items()): Promise<Items> => {
  const wanted = keys.filter(
    (key, position) =>
      !into.has(key) && keys.findIndex((each) => each.pk === key.pk && each.sk === key.sk) === position,
  );
  for (let start = 0; start < wanted.length; start += BATCH_LIMIT) {
    await readBatch(table, wanted.slice(start, start + BATCH_LIMIT), into);
  }
  return into;
};

const readBatch = async (table: Table, keys: readonly Key[], into: Items): Promise<void> => {
  let left = [...keys];
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new Unprocessed('the table left keys unprocessed');
    if (attempt > 0) await setTimeout(Math.random() * BACKOFF_MS * 2 ** attempt);
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys: left, ConsistentRead: true } } }),
    );
    const unprocessed = (UnprocessedKeys?.[table.name]?.Keys ?? []) as Key[];
    const isLeft = (key: Key) => unprocessed.some(({ pk, sk }) => pk === key.pk && sk === key.sk);
    for (const key of left) if (!isLeft(key)) into.put(key, undefined);
    for (const item of (Responses?.[table.name] ?? []) as Item[]) into.put({ pk: item.pk, sk: item.sk }, item);
    left = unprocessed;
  }
};

/**
 * One item as no transaction in flight is about to change it. Not settled: one is, so nothing is known but that.
 * A `TransactGetItems`, which a write in flight cancels.
 */
export const readSettled = async (table: Table, key: Key): Promise<{ settled: boolean; item?: Item | undefined }> => {
  try {
    const { Responses } = await table.client.send(
      new TransactGetCommand({ TransactItems: [{ Get: { TableName: table.name, Key: key } }] }),
    );
    return { settled: true, item: Responses?.[0]?.Item as Item | undefined };
  } catch (error) {
    if (error instanceof Error && error.name === 'TransactionCanceledException') return { settled: false };
    throw error;
  }
};
