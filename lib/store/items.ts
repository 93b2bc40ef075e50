import type { Attributes, NewRecord, RecordRef } from '../flow/write.ts';
import { artifactParts, type IdParts, messageParts } from '../ids.ts';
import type { Artifact, Atp, Emergencies, Episode, Event, Message } from '../model.ts';
import { createdKey, inboxKey, type Key, keys, outboxKey, shardOf, statusKey } from './keys.ts';

export type Item = Key & { [attribute: string]: unknown };

const owned = (parts: IdParts | undefined): IdParts => {
  if (!parts) throw new Error('an id that this service did not make');
  return parts;
};

export const keyOf = (ref: RecordRef): Key => {
  if (ref.kind === 'atp') return keys.atp(ref.atpId);
  return ref.kind === 'episode' ? keys.episode(ref) : keys.message(owned(messageParts(ref.messageId)));
};

/** A record as the table holds it, with the keys of the indexes it stands in. */
export const itemOf = (record: NewRecord): Item => {
  switch (record.kind) {
    case 'atp': {
      const { atpId, createdAt, status } = record.value;
      const shard = shardOf(atpId);
      return {
        ...keys.atp(atpId),
        ...record.value,
        shard: createdKey(shard),
        statusShard: statusKey(status, shard),
        createdOrder: `${createdAt}#${atpId}`,
      };
    }
    case 'event': {
      const { atpId, ulid, value, timers, webhook } = record;
      const handedOver = { ...(timers && { timers }), ...(webhook && { webhook }) };
      const outbox = (timers || webhook) && { ...handedOver, outbox: outboxKey(shardOf(atpId)), sentAt: value.at };
      return { ...keys.event(atpId, ulid), ...value, ...outbox };
    }
    case 'message': {
      const { messageId, toAgent } = record.value;
      const parts = owned(messageParts(messageId));
      const shard = shardOf(parts.atpId);
      return {
        ...keys.message(parts),
        ...record.value,
        inbox: inboxKey(toAgent, shard),
        ...(record.brief && { brief: record.brief, outbox: outboxKey(shard) }),
      };
    }
    case 'artifact':
      return { ...keys.artifact(owned(artifactParts(record.value.artifactId))), ...record.value };
    case 'content':
      return { ...keys.content(record.artifactId), content: record.content };
    case 'episode':
      return { ...keys.episode(record.value), ...record.value };
  }
};

/** Index keys that follow from the attributes a change sets. */
export const derivedOf = (ref: RecordRef, set: Attributes): Attributes =>
  ref.kind === 'atp' && typeof set.status === 'string'
    ? { statusShard: statusKey(set.status, shardOf(ref.atpId)) }
    : {};

/** An item read back as the record that was stored in it; its keys ride along unseen, views pick what is shown. */
export const atpOf = (item: Item | undefined): Atp | undefined => item as Atp | undefined;
export const messageOf = (item: Item | undefined): Message | undefined => item as Message | undefined;
export const artifactOf = (item: Item | undefined): Artifact | undefined => item as Artifact | undefined;
export const episodeOf = (item: Item | undefined): Episode | undefined => item as Episode | undefined;
/** Nothing, where no emergency ever was. */
export const emergenciesOf = ({ pk, sk, ...open }: Partial<Item> = {}): Emergencies => open as Emergencies;
export const eventOf = (item: Item | undefined): Event | undefined => item as Event | undefined;
