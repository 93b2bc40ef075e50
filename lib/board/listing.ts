import type { Status } from '../model.ts';
import type { AtpView, ListAnswer } from './answers.ts';
import type { Reader } from './reader.ts';

/** Those that somebody works on first: they are shown while the others are still being read. */
export const openOrder: readonly Status[] = ['InProgress', 'Blocked', 'Complete', 'Deployed', 'Queued', 'Deferred'];
export const closedOrder: readonly Status[] = ['Closed', 'Rejected'];

const PAGE = 100;
/** Of each status, newest first. A board that shows more helps nobody, and every page is a read. */
const PAGES_LIMIT = 10;

type Wanted = { signal: AbortSignal; seen?: (atps: AtpView[]) => void };
export type Listing = (wanted: Wanted) => Promise<AtpView[]>;

/**
 * All ATPs of these statuses, one page after the other, so that one function serves them all. What has not changed since
 * the last time is the same object, and a whole list without a change is the same array. `seen` gets what was read so far.
 */
export const listingOf = (reader: Reader, statuses: readonly Status[]): Listing => {
  let answers: readonly ListAnswer[] = [];
  let listed: AtpView[] = [];
  let missed: ReadonlySet<string> = new Set();
  return async ({ signal, seen }) => {
    const read: ListAnswer[] = [];
    for (const status of statuses) {
      for await (const answer of pagesOf(reader, status, signal)) read.push(answer);
      seen?.(together(read, listed));
    }
    const isSame = read.length === answers.length && read.every((answer, n) => answer === answers[n]);
    if (isSame && missed.size === 0) return listed;
    answers = read;
    const found = together(read, listed);
    const ids = new Set(found.map(({ atpId }) => atpId));
    // Moved on between two reads, it may be in neither answer: it is gone only when it is missing twice.
    const missing = listed.filter(({ atpId }) => !ids.has(atpId) && !missed.has(atpId));
    missed = new Set(missing.map(({ atpId }) => atpId));
    listed = [...found, ...missing];
    return listed;
  };
};

async function* pagesOf(reader: Reader, status: Status, signal: AbortSignal): AsyncGenerator<ListAnswer> {
  let cursor: string | undefined;
  for (let n = 0; n < PAGES_LIMIT; n += 1) {
    const query = { status, limit: PAGE, ...(cursor && { cursor }) };
    const answer = await reader<ListAnswer>('/atps', { signal, query });
    yield answer;
    cursor = answer.cursor;
    if (!cursor) return;
  }
}

/** An ATP that moved on between two reads stands in both: the later word on it counts. */
const together = (answers: readonly ListAnswer[], before: readonly AtpView[]): AtpView[] => {
  const known = new Map(before.map((atp) => [atp.atpId, atp]));
  const found = new Map<string, AtpView>();
  for (const atp of answers.flatMap(({ atps }) => atps)) {
    const other = found.get(atp.atpId);
    if (!other || other.updatedAt < atp.updatedAt) found.set(atp.atpId, atp);
  }
  return [...found.values()].map((atp) => {
    const old = known.get(atp.atpId);
    return old && JSON.stringify(old) === JSON.stringify(atp) ? old : atp;
  });
};
