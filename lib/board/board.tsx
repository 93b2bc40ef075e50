import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Connection } from './follow.ts';
import { type Session, SessionContext } from './hooks.ts';
import { Incident } from './incident.tsx';
import { IncidentList } from './incident-list.tsx';
import { readerFor } from './reader.ts';
import { reporterFor } from './report.ts';
import { Reviews } from './reviews.tsx';
import { type Route, routeOf } from './route.ts';
import { forgetToken, storedToken, storeToken } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { Times } from './times-view.tsx';
import { turnsFor } from './turns.ts';

export const Board = () => {
  const [token, setToken] = useState(storedToken);
  const [reason, setReason] = useState<string>();
  const leave = (why?: string): void => {
    forgetToken();
    setReason(why);
    setToken(undefined);
  };
  const enter = (given: string): void => {
    storeToken(given);
    setToken(given);
  };
  if (!token) return <SignIn reason={reason} onToken={enter} />;
  return <SignedIn key={token} token={token} onLeave={leave} />;
};

const SignedIn = ({ token, onLeave }: { token: string; onLeave: (why?: string) => void }) => {
  const [connection, setConnection] = useState<Connection>('live');
  const [said, announce] = useState('');
  const route = useRoute();
  const leaving = useMemo(() => new AbortController(), []);
  useEffect(() => () => leaving.abort(), []);
  const reading = useMemo(() => {
    const reader = readerFor(token);
    return { reader, report: reporterFor(token), turns: turnsFor(reader, leaving.signal) };
  }, []);
  const told = (now: Connection): void => {
    if (now === 'signed-out') onLeave('The token is not good any more: sign in with another one.');
    else setConnection(now);
  };
  const session: Session = { ...reading, connection, told, announce };
  return (
    <SessionContext.Provider value={session}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <Header route={route} onLeave={() => onLeave()} />
      <p class={connection} role="status">
        {connection === 'lost' && 'Connection lost: what is shown may be old. Trying again…'}
      </p>
      <main id="main" tabIndex={-1}>
        <Shown route={route} />
      </main>
      <p class="unseen" role="status">
        {said}
      </p>
    </SessionContext.Provider>
  );
};

const Shown = ({ route }: { route: Route }) => {
  if (route.view === 'incident') return <Incident key={route.atpId} atpId={route.atpId} />;
  if (route.view === 'reviews') return <Reviews />;
  if (route.view === 'times') return <Times />;
  return <IncidentList />;
};

const Header = ({ route: { view }, onLeave }: { route: Route; onLeave: () => void }) => (
  <header>
    <nav aria-label="Views">
      <Tab href="#/" current={view === 'incidents'}>
        Incidents
      </Tab>
      <Tab href="#/reviews" current={view === 'reviews'}>
        Reviews
      </Tab>
      <Tab href="#/times" current={view === 'times'}>
        Times
      </Tab>
    </nav>
    <button type="button" onClick={onLeave}>
      Sign out
    </button>
  </header>
);

const Tab = ({ href, current, children }: { href: string; current: boolean; children: ComponentChildren }) => (
  <a href={href} aria-current={current ? 'page' : undefined}>
    {children}
  </a>
);

const useRoute = (): Route => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return useMemo(() => routeOf(hash), [hash]);
};
