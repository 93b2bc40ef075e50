import type { Event } from '../model.ts';
import type { ArtifactView, MessageView } from '../view.ts';
import type { Report } from './report.ts';

/** A line of the timeline: `sent` and `made` stand in the one that brought them, `about` is a message known before. */
export type Entry = {
  number: number;
  at: string;
  event?: Event;
  sent?: MessageView;
  made?: ArtifactView;
  about?: { number: number };
};

/** Events and messages in one order, numbered. A message whose event is not there stands at the time it was sent. */
export const entriesOf = ({ timeline, messages, artifacts }: Report): Entry[] => {
  const messagesById = new Map(messages.map((message) => [message.messageId, message]));
  const artifactsById = new Map(artifacts.map((artifact) => [artifact.artifactId, artifact]));
  const told = new Set(timeline.flatMap(({ messageId }) => messageId ?? []));
  const alone = messages.filter(({ messageId }) => !told.has(messageId));
  const lines = [
    ...timeline.map((event) => ({ at: event.at, event, messageId: event.messageId })),
    ...alone.map(({ sentAt, messageId }) => ({ at: sentAt, event: undefined, messageId })),
  ].sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1));
  const numbers = new Map<string, number>();
  return lines.map(({ at, event, messageId = '' }, place) => {
    const number = place + 1;
    const first = numbers.get(messageId);
    const sent = first === undefined ? messagesById.get(messageId) : undefined;
    if (sent) numbers.set(messageId, number);
    const made = artifactsById.get(event?.artifactId ?? '');
    return {
      number,
      at,
      ...(event && { event }),
      ...(sent && { sent }),
      ...(made && { made }),
      ...(first !== undefined && { about: { number: first } }),
    };
  });
};
