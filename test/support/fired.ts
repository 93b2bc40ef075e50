import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import { service } from '../../lib/flow/records.ts';
import type { DeadlineMark, Timer } from '../../lib/model.ts';
import { commitOver, planOver, settled } from '../../lib/settle.ts';
import type { Table } from '../../lib/store/client.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { ulid } from '../../lib/ulid.ts';
import { type Service, timeouts } from './service.ts';

/** What the service does when a timer fires, early or late: its one read, its plan, its one write. Whether it wrote. */
export const fire = async (table: Table, timer: Timer): Promise<'acted' | 'nothing'> => {
  const items = await readItems(table, [keys.atp(timer.atpId)]);
  const nonce = ulid();
  return settled<'acted' | 'nothing'>(async () => {
    const call = { principal: service, clock: Date.now(), ulid, nonce, timeouts };
    const writes = await planOver(table, items, (snapshot) => planDeadline(timer, snapshot, call));
    if (!writes) return { lost: ['a transaction half visible'] };
    const lost = await commitOver(table, items, writes);
    return lost ? { lost } : { done: writes.length > 0 ? 'acted' : 'nothing' };
  });
};

/** The timer of a deadline that runs on this ATP. */
export const timerOf = async (of: Service, atpId: string, deadline: string): Promise<Timer> => {
  const { sk } = keys.atp(atpId);
  const atp = (await of.items(atpId)).find((item) => item.sk === sk);
  const mark = (atp?.deadlines as Record<string, DeadlineMark> | undefined)?.[deadline];
  if (!mark?.dueAt) throw new Error(`no deadline ${deadline} runs on ${atpId}`);
  return { atpId, deadline, dueAt: mark.dueAt };
};
