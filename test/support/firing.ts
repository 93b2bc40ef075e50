import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import type { Timer } from '../../lib/model.ts';
import type { Table } from '../../lib/store/client.ts';
import { atpOf } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { fire } from '../../lib/timer/fire.ts';
import { type Service, timeouts } from './service.ts';

/** The timer of a deadline that runs on an ATP, as the queue would bring it. */
export const timerOf = async ({ table }: Service, atpId: string, deadline: string): Promise<Timer> => {
  const key = keys.atp(atpId);
  const dueAt = atpOf((await readItems(table, [key])).get(key))?.deadlines[deadline]?.dueAt;
  if (!dueAt) throw new Error(`${atpId} has no deadline ${deadline} that is due at some time`);
  return { atpId, deadline, dueAt };
};

/** Names of the deadlines that are kept on an ATP with a time. */
export const deadlinesOf = async (service: Service, atpId: string): Promise<string[]> => {
  const { atp } = await service.done('pm-1', 'atp_get', { atpId });
  return ((atp.deadlines ?? []) as { deadline: string }[]).map(({ deadline }) => deadline).sort();
};

/** A timer comes, whatever its time: whether there was anything to do. */
export const fireTimer = async (table: Table, timer: Timer): Promise<'acted' | 'nothing'> =>
  (await fire(table, timer, timeouts, planDeadline)) ? 'acted' : 'nothing';
