import type { Plan } from './flow/write.ts';
import { Refusal } from './refusal.ts';
import type { Key } from './store/keys.ts';
import { live, type Marker, seconds } from './store/markers.ts';
import type { Items } from './store/read.ts';

/** No agent's message lasts this long; the id of a turn may be used again afterwards. */
const KEPT_SECONDS = 7 * 86_400;

/** A closure ends the caller's message: what follows in the same turn may only meet what that closure owes. */
export const refuseBeyondClosure = (
  meets: string | undefined,
  items: Items,
  turn: Key | undefined,
  clock: number,
): void => {
  const end = turn && live(items.get(turn), clock);
  if (!end || end.atpId === meets) return;
  throw new Refusal(
    'MESSAGE_BOUNDARY',
    `This turn closed ${end.atpId}, and a closure ends the message. Begin a new turn (another X-Turn-Id) for this call.`,
    { current: { status: end.status === 'Rejected' ? 'Rejected' : 'Closed', closedInTurn: end.atpId } },
  );
};

/** A closure ends its turn; any other write holds only while the turn has not ended. */
export const turnMarkers = (plan: Plan, items: Items, turn: Key | undefined, clock: number): Marker[] => {
  if (!turn) return [];
  const now = seconds(clock);
  const { atp, endOfMessage } = plan.answer;
  if (endOfMessage) {
    return [
      {
        label: 'end of the turn',
        claim: { ...turn, atpId: atp.atpId, status: atp.status, ttl: now + KEPT_SECONDS },
        now,
      },
    ];
  }
  const exempt = live(items.get(turn), clock) !== undefined;
  return plan.writes.length > 0 && !exempt ? [{ label: 'open turn', unclaimed: turn, now }] : [];
};
