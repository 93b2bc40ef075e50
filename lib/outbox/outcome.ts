import type { Item } from '../store/items.ts';

/**
 * A message was `published`, to machines `at` (milliseconds since the epoch); the timers of an event were `queued`, and
 * the event itself for webhooks; or `notDue`: it was before, or it is gone. `retry` may succeed later as it stands.
 * `giveUp` never will: the item is neither. What is retried or given up stays in the outbox index.
 */
export type Outcome =
  | { kind: 'published'; at: number }
  | { kind: 'queued' }
  | { kind: 'notDue' }
  | { kind: 'retry'; error: unknown }
  | { kind: 'giveUp'; error: unknown };

/** Of items that were just read, undefined where one is gone; outcomes stand in their order. */
export type Items = readonly (Item | undefined)[];
export type Outcomes = readonly Outcome[];

export const isOfNoKind = (): Outcome => ({
  kind: 'giveUp',
  error: new Error('the item is of no kind that the outbox holds'),
});
