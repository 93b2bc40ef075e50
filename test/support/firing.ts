import { randomUUID } from 'node:crypto';
import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import type { NewRecord, Write } from '../../lib/flow/write.ts';
import type { Timer } from '../../lib/model.ts';
import { commitOver, planOver, settled } from '../../lib/settle.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { ulid } from '../../lib/ulid.ts';
import { type Service, timeouts } from './service.ts';

const principal = { role: '@system', name: 'system' } as const;

/** Lets a timer fire, at once and whatever the time: what the service then writes, which is nothing where it is late. */
export const fire = ({ table }: Service, timer: Timer): Promise<readonly Write[]> => {
  const nonce = randomUUID();
  return settled<readonly Write[]>(async () => {
    const items = await readItems(table, [keys.atp(timer.atpId)]);
    const call = { principal, clock: Date.now(), ulid, nonce, timeouts };
    const writes = await planOver(table, items, (snapshot) => planDeadline(timer, snapshot, call));
    if (!writes) return { lost: ['a transaction half visible'] };
    const lost = await commitOver(table, items, writes);
    return lost ? { lost } : { done: writes };
  });
};

/** The records among them that are new. */
export const made = (writes: readonly Write[]): readonly NewRecord[] =>
  writes.flatMap((write) => ('create' in write ? [write.create] : []));
