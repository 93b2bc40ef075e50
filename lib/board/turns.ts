import type { AtpView, Detail } from './answers.ts';
import { type Turn, turnOf } from './incidents.ts';
import type { Reader } from './reader.ts';

export type Turns = {
  /** What was found last, be it of an earlier state. */
  last: (atpId: string) => Turn | undefined;
  /** As of this state of the ATP. */
  of: (atp: AtpView) => Promise<Turn>;
};

/** Reads at a time: rows that come into view together are many. */
const LANES = 2;

/** A list does not say whose turn it is: each ATP is read once in each of its states, and only where its row is seen. */
export const turnsFor = (reader: Reader, signal: AbortSignal): Turns => {
  const found = new Map<string, Turn>();
  const asked = new Map<string, { updatedAt: string; turn: Promise<Turn> }>();
  const lanes = Array.from({ length: LANES }, () => Promise.resolve<unknown>(undefined));
  let lane = 0;

  const read = async (atpId: string): Promise<Turn> => {
    const turn = turnOf(await reader<Detail>(`/atps/${encodeURIComponent(atpId)}`, { signal }));
    found.set(atpId, turn);
    return turn;
  };
  const inLane = (atpId: string): Promise<Turn> => {
    lane = (lane + 1) % LANES;
    const turn = (lanes[lane] ?? Promise.resolve()).then(() => read(atpId));
    lanes[lane] = turn.catch(() => undefined);
    return turn;
  };

  return {
    last: (atpId) => found.get(atpId),
    of: ({ atpId, updatedAt }) => {
      const known = asked.get(atpId);
      if (known?.updatedAt === updatedAt) return known.turn;
      const turn = inLane(atpId);
      asked.set(atpId, { updatedAt, turn });
      // Asked again by whoever sees it next.
      turn.catch(() => asked.delete(atpId));
      return turn;
    },
  };
};
