import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import type { Timeouts, Timer } from '../../lib/model.ts';
import { atpOf } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { fire } from '../../lib/timer/fire.ts';
import { timeouts as defaults, type Service } from './service.ts';

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
export const fireTimer = ({ table }: Service, timer: Timer, timeouts: Timeouts = defaults): Promise<boolean> =>
  fire(table, timer, timeouts, planDeadline);
