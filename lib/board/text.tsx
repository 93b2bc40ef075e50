/** Small pieces of every view. What others wrote goes through `Foreign`: text, and set apart from what stands around it. */

import type { ComponentChildren } from 'preact';
import type { AtpView } from './answers.ts';
import { useTold } from './hooks.ts';
import { waitOf } from './incidents.ts';
import { incidentHash } from './route.ts';
import { ageOf, countdownOf } from './span.ts';

/** Its direction ends with it: a mark that turns text around turns nothing of ours. */
export const Foreign = ({ text }: { text: string }) => <bdi class="foreign">{text}</bdi>;

export const Ago = ({ since }: { since: string }) => {
  const text = useTold(
    (now) => ageOf(since, now),
    (told) => told,
  );
  return (
    <time dateTime={since} title={since}>
      {text}
    </time>
  );
};

export const Countdown = ({ dueAt }: { dueAt: string }) => {
  const { text, overdue } = useTold(
    (now) => countdownOf(dueAt, now),
    (told) => told.text,
  );
  return (
    <time dateTime={dueAt} title={dueAt} class={overdue ? 'overdue' : 'due'}>
      {text}
    </time>
  );
};

export const Deadline = ({ deadline, dueAt }: { deadline: string; dueAt: string }) => (
  <>
    {waitOf(deadline)} <Countdown dueAt={dueAt} />
  </>
);

export const IncidentLink = ({ atpId, children }: { atpId: string; children?: ComponentChildren }) => (
  <a href={incidentHash(atpId)}>{children ?? <Foreign text={atpId} />}</a>
);

export const Links = ({ atpIds }: { atpIds: readonly string[] }) => (
  <>
    {atpIds.map((atpId, n) => (
      <span key={atpId}>
        {n > 0 && ', '}
        <IncidentLink atpId={atpId} />
      </span>
    ))}
  </>
);

/** Colours repeat what the words say. */
export const Badges = ({ atp: { type, status, priority, drill, alertFiring } }: { atp: AtpView }) => (
  <span class="badges">
    {drill && <span class="badge drill">DRILL</span>}
    <span class={`badge ${type}`}>{type}</span>
    <span class="badge">{priority}</span>
    <span class={`badge ${status}`}>{status}</span>
    {alertFiring && <span class="badge firing">alert firing</span>}
  </span>
);

export const Facts = ({ children }: { children: ComponentChildren }) => <dl class="facts">{children}</dl>;
export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
