import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { AtpView } from './answers.ts';
import { useListing, useSeen, useSession, useTurn } from './hooks.ts';
import { isOpen, isReview, matches, mostUrgentFirst, nearestDeadline } from './incidents.ts';
import { closedOrder, openOrder } from './listing.ts';
import { Ago, Badges, Deadline, Fact, Facts, Foreign, IncidentLink, Links } from './text.tsx';
import { Refusal, View } from './view.tsx';

const OPEN_PAUSE_MS = 4_000;
const CLOSED_PAUSE_MS = 60_000;
/** Rows at first and with each further step: more than a person takes in, and little to draw. */
const SHOWN = 50;

/** What is open and no review, the most urgent first; then those that are closed, where asked for. */
export const IncidentList = () => {
  const [withClosed, setWithClosed] = useState(false);
  const open = useListing(openOrder, OPEN_PAUSE_MS);
  const closed = useListing(withClosed ? closedOrder : [], CLOSED_PAUSE_MS);
  const complete = open.complete && closed.complete;
  const [asked, setAsked] = useState('');
  const [limit, setLimit] = useState(SHOWN);
  const incidents = useMemo(() => {
    const isMeant = (atp: AtpView): boolean => !isReview(atp);
    const newestFirst = closed.atps.toSorted((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
    const openIds = new Set(open.atps.map(({ atpId }) => atpId));
    const over = newestFirst.filter(({ atpId }) => !openIds.has(atpId));
    return [...mostUrgentFirst(open.atps), ...over].filter(isMeant);
  }, [open.atps, closed.atps]);
  const found = incidents.filter((atp) => matches(atp, asked));
  useNews(incidents, complete);
  const count = asked ? `${found.length} of ${incidents.length} found` : `${incidents.length} in all`;
  return (
    <View heading={withClosed ? 'Incidents, closed ones too' : 'Open incidents'} name="Incidents">
      <search class="bar">
        <label for="search">Search</label>
        <input
          id="search"
          type="search"
          autocomplete="off"
          value={asked}
          onInput={({ currentTarget }) => {
            setAsked(currentTarget.value);
            setLimit(SHOWN);
          }}
        />
        <label class="choice">
          <input type="checkbox" checked={withClosed} onChange={() => setWithClosed(!withClosed)} /> closed ones too
        </label>
        <p class="count" role="status">
          {complete ? count : 'Reading…'}
        </p>
      </search>
      <Refusal detail={open.refusal ?? closed.refusal} />
      {complete && found.length === 0 && <p>{asked ? 'Nothing has these words.' : 'Nothing is open.'}</p>}
      <ul class="rows" aria-busy={!complete}>
        {found.slice(0, limit).map((atp) => (
          <Row key={atp.atpId} atp={atp} />
        ))}
      </ul>
      {found.length > limit && (
        <button type="button" onClick={() => setLimit(limit + SHOWN)}>
          Show {Math.min(SHOWN, found.length - limit)} more
        </button>
      )}
    </View>
  );
};

/** Says which incidents have come since the list was first whole. */
const useNews = (incidents: readonly AtpView[], complete: boolean): void => {
  const { announce } = useSession();
  const known = useRef<Set<string>>(undefined);
  useEffect(() => {
    if (!complete) return;
    const news = known.current ? incidents.filter((atp) => isOpen(atp) && !known.current?.has(atp.atpId)) : [];
    known.current = new Set([...(known.current ?? []), ...incidents.map(({ atpId }) => atpId)]);
    const [first] = news;
    if (first) announce(news.length === 1 ? `New: ${first.atpId}, ${first.title}` : `${news.length} new incidents`);
  }, [incidents, complete]);
};

export const Row = ({ atp }: { atp: AtpView }) => {
  const element = useRef<HTMLLIElement>(null);
  const turn = useTurn(atp, useSeen(element));
  const deadline = nearestDeadline(atp);
  const waitsFor = [...new Set([...(turn?.waitsFor ?? []), ...(isOpen(atp) ? (atp.dependencies ?? []) : [])])];
  return (
    <li ref={element} class="row">
      <div class="what">
        <h2>
          <IncidentLink atpId={atp.atpId}>
            <Foreign text={atp.title} />
          </IncidentLink>
        </h2>
        <p>
          <Foreign text={atp.atpId} /> <Badges atp={atp} />
        </p>
      </div>
      <Facts>
        <Fact name="Age">
          <Ago since={atp.createdAt} />
        </Fact>
        <Fact name="Owner">{atp.owner ? <Foreign text={atp.owner.name} /> : 'nobody yet'}</Fact>
        <Fact name="Waits for">
          {deadline ? <Deadline {...deadline} /> : waitsFor.length === 0 && 'no deadline'}
          {waitsFor.length > 0 && (
            <>
              {deadline && '; '}after <Links atpIds={waitsFor} />
            </>
          )}
        </Fact>
        <Fact name="Turn">
          {turn?.first ? (
            <>
              <strong>{turn.first.role}</strong> {turn.first.why}
            </>
          ) : (
            <span class="quiet">{turn ? 'nobody’s' : '…'}</span>
          )}
        </Fact>
      </Facts>
    </li>
  );
};
