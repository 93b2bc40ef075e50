import type { Call } from '../flow/call.ts';
import type { Snapshot, Write } from '../flow/write.ts';
import type { Principal, Timeouts, Timer } from '../model.ts';
import { commitOver, planOver, settled } from '../settle.ts';
import type { Table } from '../store/client.ts';
import { atpKeys } from '../store/keys.ts';
import { Items, readItems } from '../store/read.ts';
import { ulid } from '../ulid.ts';

/** What a deadline that has passed makes the service write: `planDeadline` (lib/flow/plan/deadline.ts). */
export type DeadlinePlan = (timer: Timer, snapshot: Snapshot, call: Call) => readonly Write[];

type Firing = { items?: Items; webhooks?: boolean; requestId?: string };

const system: Principal = { role: '@system', name: 'system' };

/**
 * Does what a timer that is due was set for, in one transaction. `items` may hold what was read for it. Answers whether there was anything to do: there is
 * nothing where the state moved on, so a timer may come twice, or late. Throws `UNAVAILABLE` where the race was not
 * settled, and what the SDK throws.
 */
export const fire = async (
  table: Table,
  timer: Timer,
  timeouts: Timeouts,
  plan: DeadlinePlan,
  { items = new Items(), webhooks = false, requestId }: Firing = {},
): Promise<boolean> => {
  await readItems(table, atpKeys(timer.atpId), items);
  const nonce = ulid();
  return settled<boolean>(async () => {
    const call: Call = { principal: system, clock: Date.now(), ulid, nonce, timeouts, webhooks };
    const writes = await planOver(table, items, (snapshot) => plan(timer, snapshot, call));
    if (!writes) return { lost: ['a transaction half visible'] };
    const lost = await commitOver(table, items, writes, { requestId, principal: system });
    return lost ? { lost } : { done: writes.length > 0 };
  });
};
