/** Reading again and again, for as long as somebody looks. */

import { Refused, SignedOut } from './reader.ts';

export type Connection = 'live' | 'lost' | 'signed-out';

/** What of the document is looked at; a test has its own. */
export type Tab = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

type Following = {
  /** Reads, and answers how many milliseconds later it wants to read again. */
  pass: (signal: AbortSignal) => Promise<number>;
  /** The view has gone. */
  signal: AbortSignal;
  told: (connection: Connection) => void;
  refused: (detail: string) => void;
  tab?: Tab;
};

const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

/** Until the view goes, the token is refused, or the question is. While the tab is hidden nothing is asked. */
export const follow = async ({ pass, signal, told, refused, tab = document }: Following): Promise<void> => {
  let failures = 0;
  while (!signal.aborted) {
    await untilSeen(tab, signal);
    if (signal.aborted) return;
    const { seen, end } = whileSeen(tab, signal);
    try {
      const pauseMs = await pass(seen);
      if (signal.aborted) return;
      failures = 0;
      told('live');
      await pause(pauseMs, seen);
    } catch (error) {
      if (signal.aborted) return;
      if (seen.aborted) continue;
      if (error instanceof SignedOut) return told('signed-out');
      if (error instanceof Refused) return refused(error.message);
      told('lost');
      await pause(Math.min(RETRY_MS * 2 ** failures, LONGEST_RETRY_MS), seen);
      failures += 1;
    } finally {
      end();
    }
  }
};

/** A signal that aborts when the tab is hidden, or the view goes. */
const whileSeen = (tab: Tab, signal: AbortSignal): { seen: AbortSignal; end: () => void } => {
  const hiding = new AbortController();
  const look = (): void => {
    if (tab.hidden) hiding.abort();
  };
  tab.addEventListener('visibilitychange', look);
  return {
    seen: AbortSignal.any([signal, hiding.signal]),
    end: () => tab.removeEventListener('visibilitychange', look),
  };
};

const untilSeen = (tab: Tab, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (tab.hidden && !signal.aborted) return;
      tab.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    tab.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
