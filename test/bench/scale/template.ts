import { marshall } from '@aws-sdk/util-dynamodb';
import { decodeTime } from 'ulid';
import { ulidTime } from '../../../lib/ids.ts';
import type { Item } from '../../../lib/store/items.ts';
import { shardOf } from '../../../lib/store/keys.ts';

/** Ids in the order of those it was made with, and how many milliseconds later it all happens; answers DynamoDB JSON. */
export type Template = (ids: readonly string[], laterMs: number) => string;

type Fill = (ids: readonly string[], laterMs: number) => string;

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const SHARD = '(?<="(?:ATPS|STATUS#\\w+|INBOX#@\\w+)#)\\d(?=")';
const TIME_OF_ULID = 10;

/**
 * An item that the product wrote, to be written again for other ATPs at other times: their ids, all times, the ULIDs
 * made of times, and the shards that follow from the ids are filled in; all else stays as it was.
 */
export const templateOf = (item: Item, ids: readonly string[]): Template => {
  const text = JSON.stringify({ Item: marshall(item, { removeUndefinedValues: true }) });
  const owner = ids.findIndex((id) => item.pk.endsWith(`#${id}`));
  const places = new RegExp(`(${[...ids, TIME, ULID, SHARD].join('|')})`);
  const parts = text.split(places).map((part, place) => (place % 2 === 0 ? () => part : fillOf(part, ids, owner)));
  return (given, laterMs) => parts.map((part) => part(given, laterMs)).join('');
};

const fillOf = (part: string, ids: readonly string[], owner: number): Fill => {
  const id = ids.indexOf(part);
  if (id >= 0) return (given) => given[id] ?? '';
  if (part.length === 1) return (given) => String(shardOf(given[owner] ?? ''));
  if (part.endsWith('Z') && part.includes('T') && part.includes(':')) {
    const time = Date.parse(part);
    return (_, laterMs) => new Date(time + laterMs).toISOString();
  }
  const time = decodeTime(part);
  return (_, laterMs) => ulidTime(time + laterMs) + part.slice(TIME_OF_ULID);
};
