/** What a committed transaction did, told once and by whoever commits: a replayed answer and a lost plan commit nothing. */

import type { Write } from '../flow/write.ts';
import { log } from '../log.ts';
import type { Atp, Obligation, Principal } from '../model.ts';
import { atpOf } from '../store/items.ts';
import { keys } from '../store/keys.ts';
import type { Marker } from '../store/markers.ts';
import type { Items } from '../store/read.ts';
import { measured, type Values } from './measured.ts';

/** Who committed, and in which call. */
export type Committed = { requestId?: string | undefined; principal: Principal };

/** A line for each ATP that was moved; none for a drill. `items` hold the ATPs as they were. */
export const tellEffects = (
  writes: readonly (Write | Marker)[],
  items: Items,
  { requestId, principal }: Committed,
): void => {
  for (const write of writes) {
    const [before, after] = atpIn(write, items);
    if (!after || after.drill) continue;
    const { atpId, type } = after;
    const effect = before ? effectOf(before, after) : { Opened: 1 };
    const metBy = newlyMet(before, after);
    const [by] = metBy;
    const values: Values = { ...effect, ...(by && { ObligationsMet: metBy.length }) };
    const [did] = Object.keys(values);
    if (!did) continue;
    const dimensions = { type, ...(by && { metBy: by }) };
    log.info(did, { requestId, atpId, principal: nameOf(principal), ...measured(values, dimensions) });
  }
};

/** A principal as one word of a line. */
export const nameOf = ({ role, name }: Principal): string => `${role}/${name}`;

/** The ATP before and after a write of it. One that was changed unread is not moved: only a link of it is. */
const atpIn = (write: Write | Marker, items: Items): [before?: Atp | undefined, after?: Atp] => {
  if ('create' in write) return write.create.kind === 'atp' ? [undefined, write.create.value] : [];
  if (!('change' in write) || write.change.kind !== 'atp') return [];
  const before = atpOf(items.get(keys.atp(write.change.atpId)));
  return before ? [before, { ...before, ...write.set }] : [];
};

const effectOf = (before: Atp, after: Atp): Values => {
  const { status, createdAt, acknowledgedAt, completedAt, closedAt } = after;
  const secondsTo = (at: string): number => (Date.parse(at) - Date.parse(createdAt)) / 1_000;
  if (acknowledgedAt && !before.acknowledgedAt)
    // A later directive is taken anew; whoever took the first has been seen since.
    return { Acknowledged: 1, ...(!before.ownerSeenAt && { TimeToAcknowledge: secondsTo(acknowledgedAt) }) };
  if (status === before.status) return {};
  if (status === 'Complete') return { Completed: 1 };
  if (status === 'Rejected') return { Rejected: 1 };
  if (status !== 'Closed' || !closedAt) return {};
  // A fix that was sent back was none: the time to fix is that of the completion which held.
  return {
    Closed: 1,
    TimeToClose: secondsTo(closedAt),
    ...(completedAt && { TimeToFix: secondsTo(completedAt) }),
  };
};

/** Who met each obligation that was not met before: one role, in one transaction. */
const newlyMet = (before: Atp | undefined, after: Atp): string[] =>
  (['hitlNotification', 'followUp'] as const).flatMap((kind) => {
    const { state, metBy }: Partial<Obligation> = after[kind] ?? {};
    return state === 'met' && before?.[kind]?.state !== 'met' && metBy ? [metBy.role] : [];
  });
