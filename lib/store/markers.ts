import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/**
 * The service's own records beside the flow's: idempotency records and ends of turns. They expire, and an expired item
 * may stay in the table for two days, so `now` (seconds since the epoch) decides.
 */
export type Marker =
  /** Written unless a live one is there. */
  | { label: string; claim: Item; now: number }
  /** Checked only: no live one may be there. */
  | { label: string; unclaimed: Key; now: number };

/** The marker, unless it has expired by `clock` (milliseconds since the epoch). */
export const live = (item: Item | undefined, clock: number): Item | undefined =>
  item && Number(item.ttl) > clock / 1000 ? item : undefined;

export const seconds = (clock: number): number => Math.floor(clock / 1000);
