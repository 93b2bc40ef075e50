import type { RecordRef, Snapshot } from '../flow/write.ts';
import { atpOf, type Item, keyOf, messageOf } from './items.ts';
import type { Key } from './keys.ts';
import type { Items } from './read.ts';

/** A plan asked for a record that the call has not read: nothing is known of it, least of all that it is missing. */
export class Unread extends Error {
  override readonly name = 'Unread';
  readonly key: Key;

  constructor(key: Key) {
    super('a record was not read');
    this.key = key;
  }
}

/** What was read, as plans look at it. Throws `Unread`. */
export const snapshotOf = (items: Items): Snapshot => {
  const item = (ref: RecordRef): Item | undefined => {
    const key = keyOf(ref);
    if (!items.has(key)) throw new Unread(key);
    return items.get(key);
  };
  return {
    atp: (atpId) => atpOf(item({ kind: 'atp', atpId })),
    message: (messageId) => messageOf(item({ kind: 'message', messageId })),
  };
};
