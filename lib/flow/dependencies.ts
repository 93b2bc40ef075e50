import type { AtpSet } from '../model.ts';

/**
 * ATPs by id as the keys of a map attribute. The ids are callers' own: the mark keeps one named `constructor` from
 * passing for the map's class, by which the SDK tells maps from other objects.
 */
export const entryOf = (atpId: string): `#${string}` => `#${atpId}`;
export const setOf = (atpIds: readonly string[]): AtpSet =>
  Object.fromEntries(atpIds.map((atpId) => [entryOf(atpId), true]));
export const idsOf = (set: AtpSet): string[] => Object.keys(set).map((entry) => entry.slice(1));
