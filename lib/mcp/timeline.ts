import type { Event, Message } from '../model.ts';
import { literal, literalLines } from './literal.ts';
import type { AtpRecord } from './record.ts';

/** An ATP's timeline for people and models to read. What agents wrote stands in it as text and as nothing else. */
export const timelinePage = ({ atp, timeline, messages, artifacts, cursor }: AtpRecord): string =>
  [
    `# ${literal(atp.title)}`,
    `${atp.drill ? '**A drill.** ' : ''}\`${atp.atpId}\`, ${atp.type}, ${atp.status}, ${atp.priority}.`,
    ...timeline.map((event) => entry(event, messages, artifacts)),
    ...(cursor ? ['There is more than is shown here: atp_get pages through it.'] : []),
  ].join('\n\n');

const entry = (event: Event, messages: readonly Message[], artifacts: AtpRecord['artifacts']): string => {
  const { at, role, principal, action, from, to, notes, messageId, artifactId } = event;
  const message = messages.find((each) => each.messageId === messageId);
  const artifact = artifacts.find((each) => each.artifactId === artifactId);
  const moved = to && from !== to ? `, ${from ?? 'new'} to ${to}` : '';
  return [
    `## ${at} ${literal(action)} by ${role} \`${principal}\`${moved}`,
    ...(message ? [`${message.messageType} to ${message.toAgent}: ${literal(message.subject)}`] : []),
    ...(artifact ? [`${artifact.artifactType}: ${literal(artifact.title)}`] : []),
    ...(notes ? [literalLines(notes)] : []),
  ].join('\n\n');
};
