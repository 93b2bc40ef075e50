import { tokenHash } from '../../../lib/principal.ts';
import type { Item } from '../../../lib/store/items.ts';
import { keys } from '../../../lib/store/keys.ts';
import { readItems } from '../../../lib/store/read.ts';
import { newId, type Service } from '../../support/service.ts';

/** Everything the table holds of some ATPs, which of others there are, and which emergencies are open. */
export const itemsOf = async (
  service: Service,
  atpIds: readonly string[],
  others: readonly string[],
): Promise<Item[]> => {
  const partitions = await Promise.all([...new Set(atpIds)].map((atpId) => service.items(atpId)));
  const single = [keys.emergencies, ...[...new Set(others)].map(keys.atp)];
  const found = await readItems(service.table, single);
  return [...partitions.flat(), ...single.flatMap((key) => found.get(key) ?? [])];
};

/** A turn and an idempotency key of their own, and whether a call left a trace of either. */
export const freshMarkers = () => {
  const marker = newId();
  return {
    headers: { 'x-turn-id': marker, 'idempotency-key': marker },
    left: async (service: Service, who: string): Promise<Item[]> => {
      const credential = tokenHash(service.tokens[who] ?? '') ?? '';
      const markers = [keys.turn(credential, marker), keys.idempotency(credential, marker)];
      const items = await readItems(service.table, markers);
      return markers.flatMap((key) => items.get(key) ?? []);
    },
  };
};
