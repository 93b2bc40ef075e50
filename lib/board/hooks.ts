import { createContext, type RefObject } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Status } from '../model.ts';
import type { AtpView } from './answers.ts';
import { now, onTick } from './clock.ts';
import { type Connection, follow } from './follow.ts';
import type { Turn } from './incidents.ts';
import { listingOf } from './listing.ts';
import type { Reader } from './reader.ts';
import type { Reporter } from './report.ts';
import type { Turns } from './turns.ts';

/** Of somebody who has signed in. */
export type Session = {
  reader: Reader;
  report: Reporter;
  turns: Turns;
  connection: Connection;
  told: (connection: Connection) => void;
  /** Said once by a screen reader, when it has nothing else to say. */
  announce: (text: string) => void;
};

export const SessionContext = createContext<Session | undefined>(undefined);
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody has signed in');
  return session;
};

/** Runs `pass` for as long as the view stands and is seen; answers why it was refused, if it was. */
export const useFollow = (
  pass: (session: Session, signal: AbortSignal) => Promise<number>,
  about: string,
): string | undefined => {
  const session = useSession();
  const [refusal, setRefusal] = useState<string>();
  useEffect(() => {
    setRefusal(undefined);
    const leaving = new AbortController();
    void follow({
      pass: (seen) => pass(session, seen),
      signal: leaving.signal,
      told: session.told,
      refused: setRefusal,
    });
    return () => leaving.abort();
  }, [about, session.reader]);
  return refusal;
};

export type Listed = { atps: AtpView[]; complete: boolean; refusal: string | undefined };

/** What is read of these statuses, shown while it is still being read for the first time. No status: nothing is asked. */
export const useListing = (statuses: readonly Status[], pauseMs: number): Listed => {
  const { reader } = useSession();
  const about = statuses.join();
  const [listed, setListed] = useState<{ about: string; atps: AtpView[]; complete: boolean }>();
  const listing = useMemo(() => listingOf(reader, statuses), [reader, about]);
  const refusal = useFollow(async (_, signal) => {
    const seen = (atps: AtpView[]): void =>
      setListed((before) => (before?.complete && before.about === about ? before : { about, atps, complete: false }));
    const atps = await listing({ signal, seen });
    setListed((before) =>
      before?.complete && before.about === about && before.atps === atps ? before : { about, atps, complete: true },
    );
    return pauseMs;
  }, about);
  const { atps, complete } = listed?.about === about ? listed : { atps: nothing, complete: about === '' };
  return { atps, complete, refusal };
};
const nothing: AtpView[] = [];

/** Text that time alone changes: drawn anew only when it has. */
export const useTold = <T>(told: (now: number) => T, key: (told: T) => string): T => {
  const [, redraw] = useState('');
  const current = useRef(told);
  current.current = told;
  useEffect(() => onTick(() => redraw(key(current.current(now())))), []);
  return told(now());
};

/** Whether it has been on the screen. */
export const useSeen = (element: RefObject<Element | null>): boolean => {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || !element.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [seen]);
  return seen;
};

export const useTurn = (atp: AtpView, seen: boolean): Turn | undefined => {
  const { turns, connection } = useSession();
  const [turn, setTurn] = useState(turns.last(atp.atpId));
  useEffect(() => {
    if (!seen) return;
    let stale = false;
    turns.of(atp).then(
      (found) => stale || setTurn(found),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [atp.atpId, atp.updatedAt, seen, connection, turns]);
  return turn;
};
