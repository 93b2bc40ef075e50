import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Atp } from '../../lib/model.ts';
import type { Item } from '../../lib/store/items.ts';
import { type Key, keys } from '../../lib/store/keys.ts';
import { makers, type StateName } from './makers.ts';
import { Given, newId, type Service } from './service.ts';

/** BatchWriteItem takes at most this many items. */
const BATCH_LIMIT = 25;

/** States of an ATP: each made once, by calls, and then copied as often as tests need one of their own. */
export class States {
  readonly #service: Service;
  readonly #given: Given;
  readonly #made = new Map<StateName, Promise<{ atpId: string; text: string }>>();

  constructor(service: Service) {
    this.#service = service;
    this.#given = new Given(service);
  }

  /** An ATP in this state that nothing else touches. */
  async copy(name: StateName): Promise<Atp> {
    const made = this.#made.get(name) ?? this.#make(name);
    this.#made.set(name, made);
    const { atpId, text } = await made;
    const { copyId, items } = await copyOf(this.#service, atpId, text);
    const { sk } = keys.atp(copyId);
    return items.find((item) => item.sk === sk) as unknown as Atp;
  }

  async #make(name: StateName): Promise<{ atpId: string; text: string }> {
    const atpId = await makers[name](this.#given, this.#service);
    return { atpId, text: JSON.stringify(await this.#service.items(atpId)) };
  }

  /** Changes one attribute behind the service's back; `undefined` removes it. */
  change(key: Key, attribute: string, to: unknown): Promise<void> {
    return setAttribute(this.#service, key, attribute, to);
  }
}

/**
 * Writes the items of an ATP, as text, once more under an id of their own. The one item that names the open emergencies
 * does not name the copy: with hundreds of copies it would outgrow whatever it is read for.
 */
export const copyOf = async (
  service: Service,
  atpId: string,
  text: string,
): Promise<{ copyId: string; items: Item[] }> => {
  const copyId = newId();
  const items = JSON.parse(text.replaceAll(atpId, copyId)) as Item[];
  const { client, name: table } = service.table;
  for (let start = 0; start < items.length; start += BATCH_LIMIT) {
    const puts = items.slice(start, start + BATCH_LIMIT).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
  return { copyId, items };
};

/** Changes one attribute behind the service's back; `undefined` removes it. */
export const setAttribute = async ({ table }: Service, key: Key, attribute: string, to: unknown): Promise<void> => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: key,
      UpdateExpression: to === undefined ? 'REMOVE #attribute' : 'SET #attribute = :to',
      ExpressionAttributeNames: { '#attribute': attribute },
      ...(to !== undefined && { ExpressionAttributeValues: { ':to': to } }),
    }),
  );
};

/** Two runs of the same, told apart by nothing: ids, times and the keys made of them are blotted out, objects sorted. */
export const alike = (value: unknown, ...ids: readonly string[]): string => {
  const sorted = (_: string, each: unknown) =>
    each && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each;
  const text = JSON.stringify(value, sorted, 1);
  return ids
    .reduce((replaced, id) => replaced.replaceAll(id, '<id>'), text)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/[0-9A-HJKMNP-TV-Z]{26}/g, '<ulid>')
    .replace(/"(requestId|shard|statusShard|inbox|outbox)": "[^"]*"/g, '"$1": "<any>"');
};
