/** What is known of an incident beside its record. */

import type { AtpView } from './answers.ts';
import { linkOf } from './incidents.ts';
import { Ago, Fact, Facts, Foreign, IncidentLink } from './text.tsx';

export const Overview = ({ atp }: { atp: AtpView }) => {
  const { owner, createdBy, createdAt, updatedAt, incident = {}, notes, summary, evidence = [] } = atp;
  const url = linkOf(incident.url);
  return (
    <Facts>
      <Fact name="Age">
        <Ago since={createdAt} />, opened by <Foreign text={createdBy.name} />
      </Fact>
      <Fact name="Last change">
        <Ago since={updatedAt} /> ago
      </Fact>
      <Fact name="Owner">{owner ? <Foreign text={owner.name} /> : 'nobody yet'}</Fact>
      {incident.environment && (
        <Fact name="Environment">
          <Foreign text={incident.environment} />
        </Fact>
      )}
      {incident.category && <Fact name="Category">{incident.category}</Fact>}
      {incident.summary && (
        <Fact name="Incident">
          <Foreign text={incident.summary} />
        </Fact>
      )}
      {incident.url && (
        <Fact name="See">
          {url ? (
            <a href={url} rel="noopener noreferrer" target="_blank">
              <Foreign text={url} />
            </a>
          ) : (
            <Foreign text={incident.url} />
          )}
        </Fact>
      )}
      {notes && (
        <Fact name="Notes">
          <Foreign text={notes} />
        </Fact>
      )}
      {summary && (
        <Fact name="Summary">
          <Foreign text={summary} />
        </Fact>
      )}
      {evidence.length > 0 && (
        <Fact name="Evidence">
          <ul>
            {evidence.map((each) => (
              <li key={each}>
                <Foreign text={each} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {[...new Set([atp.sourceAtpId, atp.followUpAtpId, atp.previousAtpId])].map(
        (other) =>
          other && (
            <Fact
              key={other}
              name={other === atp.sourceAtpId ? 'Of' : other === atp.followUpAtpId ? 'Review' : 'Before'}
            >
              <IncidentLink atpId={other} />
            </Fact>
          ),
      )}
    </Facts>
  );
};

/** What closing asked for, and what the closed one owes. */
export const Closing = ({ atp: { gates = {}, obligations = [], checklist = [] } }: { atp: AtpView }) =>
  Object.keys(gates).length + obligations.length + checklist.length === 0 ? (
    <p>No gate was attested, nothing is owed.</p>
  ) : (
    <ul class="checks">
      {Object.entries(gates).map(([name, holds]) => (
        <li key={name} class={holds ? 'holds' : 'fails'}>
          Gate <Foreign text={name} />: {holds ? 'holds' : 'does not hold'}
        </li>
      ))}
      {obligations.map(({ kind, state, dueAt }) => (
        <li key={kind} class={state === 'met' ? 'holds' : 'fails'}>
          Owes {kind === 'followUp' ? 'a review' : 'a notification'}: {state === 'met' ? 'met' : `open, ${dueAt}`}
        </li>
      ))}
      {checklist.map(({ item, state, note }) => (
        <li key={item} class={state === 'open' ? 'fails' : 'holds'}>
          <Foreign text={item} />: {state}
          {note && (
            <>
              {' – '}
              <Foreign text={note} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
