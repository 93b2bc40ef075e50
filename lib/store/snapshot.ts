import type { RecordRef, Snapshot } from '../flow/write.ts';
import { atpOf, emergenciesOf, episodeOf, type Item, keyOf, messageOf } from './items.ts';
import { type Key, keys } from './keys.ts';
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
  const item = (key: Key): Item | undefined => {
    if (!items.has(key)) throw new Unread(key);
    return items.get(key);
  };
  const of = (ref: RecordRef): Item | undefined => item(keyOf(ref));
  return {
    atp: (atpId) => atpOf(of({ kind: 'atp', atpId })),
    message: (messageId) => messageOf(of({ kind: 'message', messageId })),
    episode: (ref) => episodeOf(of({ kind: 'episode', ...ref })),
    emergencies: () => emergenciesOf(item(keys.emergencies)),
  };
};
