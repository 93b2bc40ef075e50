/** What was written on an incident, the newest first. */

import type { ArtifactView, Event, MessageView } from './answers.ts';
import { isWaiting } from './incidents.ts';
import { Ago, Foreign } from './text.tsx';

export const Timeline = ({ events }: { events: readonly Event[] }) => (
  <ol class="record" reversed>
    {events.toReversed().map((event) => (
      <li key={`${event.at} ${event.action} ${event.messageId ?? event.artifactId ?? ''}`}>
        <p>
          <strong>{event.action}</strong>
          {event.from && event.to && event.from !== event.to && ` ${event.from} → ${event.to}`} by{' '}
          <Foreign text={event.principal} /> ({event.role}), <Ago since={event.at} /> ago
        </p>
        {event.notes && (
          <p class="body">
            <Foreign text={event.notes} />
          </p>
        )}
      </li>
    ))}
  </ol>
);

const Standing = ({ message }: { message: MessageView }) => {
  const { acknowledgedBy, supersededAt } = message;
  if (acknowledgedBy)
    return (
      <>
        taken by <Foreign text={acknowledgedBy.name} />
      </>
    );
  if (message.options) return message.decision ? <>decided</> : <>waits for a decision</>;
  if (isWaiting(message)) return <>waits for acknowledgement</>;
  return supersededAt ? <>superseded</> : null;
};

const Choice = ({ options = [], recommendation, decision }: MessageView) =>
  options.length === 0 ? null : (
    <ul>
      {options.map((option) => (
        <li key={option}>
          <Foreign text={option} />
          {option === recommendation && ', recommended'}
          {option === decision?.option && (
            <strong>
              , chosen by <Foreign text={decision.decidedBy.name} />, <Ago since={decision.decidedAt} /> ago
            </strong>
          )}
        </li>
      ))}
    </ul>
  );

export const Messages = ({ messages }: { messages: readonly MessageView[] }) =>
  messages.length === 0 ? (
    <p>None yet.</p>
  ) : (
    <ol class="record" reversed>
      {messages.toReversed().map((message) => (
        <li key={message.messageId}>
          <h3>
            <Foreign text={message.subject} />
          </h3>
          <p>
            {message.messageType} {message.fromAgent} → {message.toAgent}, {message.priority},{' '}
            <Ago since={message.sentAt} /> ago{' '}
            <span class="quiet">
              <Standing message={message} />
            </span>
          </p>
          <p class="body">
            <Foreign text={message.body} />
          </p>
          <Choice {...message} />
        </li>
      ))}
    </ol>
  );

export const Artifacts = ({ artifacts }: { artifacts: readonly ArtifactView[] }) =>
  artifacts.length === 0 ? (
    <p>None yet.</p>
  ) : (
    <ol class="record" reversed>
      {artifacts.toReversed().map(({ artifactId, artifactType, title, verdict, createdAt, createdBy, gates }) => (
        <li key={artifactId}>
          <h3>
            <Foreign text={title} />
          </h3>
          <p>
            {artifactType}
            {verdict && `, ${verdict}`} by <Foreign text={createdBy.name} />, <Ago since={createdAt} /> ago
          </p>
          {gates && (
            <ul class="quiet">
              {Object.entries(gates).map(([name, holds]) => (
                <li key={name}>
                  <Foreign text={name} />: {holds ? 'holds' : 'does not hold'}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
