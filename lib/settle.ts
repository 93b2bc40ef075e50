/** Plans, commits, and plans again after a lost race: what every write of the flow goes through, whoever makes it. */

import { setTimeout } from 'node:timers/promises';
import { type Snapshot, Unsettled, type Write } from './flow/write.ts';
import { type Committed, tellEffects } from './metrics/effects.ts';
import { Refusal } from './refusal.ts';
import type { Table } from './store/client.ts';
import { commit } from './store/commit.ts';
import { keyOf } from './store/items.ts';
import type { Marker } from './store/markers.ts';
import { type Items, readItems } from './store/read.ts';
import { snapshotOf, Unread } from './store/snapshot.ts';

/** One plan and one commit: what came of it, or what it lost to. */
export type Attempt<T> = { done: T } | { lost: readonly string[] };

/** A write is planned again when what it rests on has changed; so many times, then the caller is told. */
const PLANS_LIMIT = 60;
const SETTLE_LIMIT_MS = 20_000;
const BACKOFF_MS = 10;
const BACKOFF_LIMIT_MS = 200;

/** Attempts until one has its effect, or throws a refusal that is true. Throws `UNAVAILABLE` when no attempt is left. */
export const settled = async <T>(attempt: () => Promise<Attempt<T>>): Promise<T> => {
  const started = Date.now();
  let lost: readonly string[] = [];
  for (let made = 0; made < PLANS_LIMIT && Date.now() - started < SETTLE_LIMIT_MS; made++) {
    if (made > 0) await setTimeout(Math.random() * Math.min(BACKOFF_MS * 2 ** made, BACKOFF_LIMIT_MS));
    const result = await attempt();
    if ('done' in result) return result.done;
    lost = result.lost;
  }
  throw new Refusal(
    'UNAVAILABLE',
    'Too many calls changed this at once and the race was not settled in time. Nothing was changed. Try again; with an Idempotency-Key that is safe.',
    { cause: new Error(`lost to the last: ${lost.join(', ')}`) },
  );
};

/**
 * The plan over what was read. A record that nobody read yet is read; undefined where two records contradict each other,
 * of which one is forgotten, to be read anew.
 */
export const planOver = async <Planned>(
  table: Table,
  items: Items,
  plan: (snapshot: Snapshot) => Planned,
): Promise<Planned | undefined> => {
  const snapshot = snapshotOf(items);
  for (;;) {
    try {
      return plan(snapshot);
    } catch (error) {
      if (error instanceof Unread) {
        await readItems(table, [error.key], items);
      } else if (error instanceof Unsettled) {
        items.forget(keyOf(error.ref));
        return undefined;
      } else {
        throw error;
      }
    }
  }
};

/**
 * Commits all or none, and tells of it for the metrics. What was lost to is named, and what is true now is put into
 * `items`, for the next plan.
 */
export const commitOver = async (
  table: Table,
  items: Items,
  writes: readonly (Write | Marker)[],
  by: Committed,
): Promise<readonly string[] | undefined> => {
  if (writes.length === 0) return undefined;
  const outcome = await commit(table, writes);
  if (outcome.result === 'committed') {
    tellEffects(writes, items, by);
    return undefined;
  }
  if (outcome.result === 'contended') return outcome.codes;
  for (const { key, item } of outcome.current) items.put(key, item);
  return outcome.labels;
};
