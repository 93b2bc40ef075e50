import { useEffect, useRef, useState } from 'preact/hooks';
import type { AtpView, Detail, NextCall } from './answers.ts';
import { readDetail } from './detail.ts';
import { Exports } from './exports.tsx';
import { useFollow, useSession } from './hooks.ts';
import { Closing, Overview } from './incident-facts.tsx';
import { Artifacts, Messages, Timeline } from './incident-record.tsx';
import { isOpen } from './incidents.ts';
import { Badges, Deadline, Foreign, Links } from './text.tsx';
import { Refusal, View } from './view.tsx';

/** An open incident is answered when it changes; a closed one is looked at now and then, for what it owes. */
const OPEN_PAUSE_MS = 200;
const CLOSED_PAUSE_MS = 10_000;

/** One incident with all that is known of it. */
export const Incident = ({ atpId }: { atpId: string }) => {
  const [detail, setDetail] = useState<Detail>();
  const latest = useRef<Detail>(undefined);
  const refusal = useFollow(async ({ reader }, signal) => {
    const before = latest.current?.atp.atpId === atpId ? latest.current : undefined;
    const read = await readDetail(reader, { atpId, before, signal });
    latest.current = read;
    setDetail(read);
    return isOpen(read.atp) ? OPEN_PAUSE_MS : CLOSED_PAUSE_MS;
  }, atpId);
  useSteps(detail);
  const shown = detail?.atp.atpId === atpId ? detail : undefined;
  return (
    <View heading={<Foreign text={shown?.atp.title ?? atpId} />} name={atpId}>
      <Refusal detail={refusal} />
      {shown ? <IncidentFacts {...shown} /> : !refusal && <p role="status">Reading…</p>}
    </View>
  );
};

/** Says each new step, and nothing of what was there when the view was opened. */
const useSteps = (detail: Detail | undefined): void => {
  const { announce } = useSession();
  const known = useRef<{ atpId: string; steps: number }>(undefined);
  useEffect(() => {
    if (!detail) return;
    const { atp, timeline } = detail;
    const before = known.current?.atpId === atp.atpId ? known.current.steps : timeline.length;
    known.current = { atpId: atp.atpId, steps: timeline.length };
    const news = timeline.slice(before).map(({ action, principal }) => `${action} by ${principal}`);
    if (news.length > 0) announce(`${news.join(', ')}. ${atp.atpId} is ${atp.status}.`);
  }, [detail]);
};

export const IncidentFacts = ({ atp, next, messages, timeline, artifacts }: Detail) => (
  <>
    <p>
      <Foreign text={atp.atpId} /> <Badges atp={atp} />
    </p>
    <Exports atpId={atp.atpId} />
    <div class="columns">
      <section aria-labelledby="turn">
        <h2 id="turn">Whose turn</h2>
        <Next next={next} />
      </section>
      <section aria-labelledby="deadlines">
        <h2 id="deadlines">Waits for</h2>
        <Waits atp={atp} waitsFor={[...new Set(messages.flatMap((message) => message.waitsFor ?? []))]} />
      </section>
      <section aria-labelledby="facts">
        <h2 id="facts">Facts</h2>
        <Overview atp={atp} />
      </section>
      <section aria-labelledby="closing">
        <h2 id="closing">Closing</h2>
        <Closing atp={atp} />
      </section>
    </div>
    <div class="columns">
      <section aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <Timeline events={timeline} />
      </section>
      <section aria-labelledby="messages">
        <h2 id="messages">Messages</h2>
        <Messages messages={messages} />
      </section>
      <section aria-labelledby="artifacts">
        <h2 id="artifacts">Artifacts</h2>
        <Artifacts artifacts={artifacts} />
      </section>
    </div>
  </>
);

const Next = ({ next }: { next: readonly NextCall[] }) =>
  next.length === 0 ? (
    <p>Nobody’s: nothing is left to do.</p>
  ) : (
    <ol class="turns">
      {next.map(({ role, tool, why }) => (
        <li key={`${role} ${tool} ${why}`}>
          <strong>{role}</strong> {why} <code>{tool}</code>
        </li>
      ))}
    </ol>
  );

const Waits = ({ atp, waitsFor }: { atp: AtpView; waitsFor: readonly string[] }) => {
  const { deadlines = [], dependencies = [] } = atp;
  const before = [...new Set([...waitsFor, ...dependencies])];
  if (deadlines.length + before.length === 0) return <p>No deadline runs.</p>;
  return (
    <ul>
      {deadlines.map((each) => (
        <li key={each.deadline}>
          <Deadline {...each} />
          {each.firings > 0 && <span class="overdue">, escalated {each.firings} times</span>}
        </li>
      ))}
      {before.length > 0 && (
        <li>
          after <Links atpIds={before} />
        </li>
      )}
    </ul>
  );
};
