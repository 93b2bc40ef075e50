import { duration } from '../duration.ts';
import type { MessageView } from '../view.ts';
import type { Entry } from './entries.ts';
import { code, literal, section } from './marks.ts';
import type { Report } from './report.ts';
import { choice, receipt, type Texts, who } from './words.ts';

/** What happened in order, each message with its text and what became of it. */
export const timelineSection = (entries: readonly Entry[], { atp }: Report, texts: Texts): string =>
  section('Timeline', ...entries.flatMap((entry) => linesOf(entry, atp.createdAt, texts)));

const linesOf = ({ number, at, event, sent, made, about }: Entry, opened: string, texts: Texts): string[] => {
  const by = event ? { role: event.role, name: event.principal } : sent?.sentBy;
  const moved = event?.to && event.from !== event.to ? `, ${event.from ?? 'new'} to ${event.to}` : '';
  const after = duration(Date.parse(at) - Date.parse(opened));
  const what = literal(event?.action ?? 'message');
  return [
    `### ${number}. ${at} (+${after}) ${what}${by ? ` by ${who(by)}` : ''}${moved}`,
    ...(about ? [`About ${about.number}.`] : []),
    ...(sent ? letter(sent, texts) : []),
    ...(made ? [`${made.artifactType}: ${literal(made.title)} (under Artifacts)`] : []),
    ...(event ? texts({ what: 'notes', at: event.at }, event.notes) : []),
  ];
};

const letter = (sent: MessageView, texts: Texts): string[] => {
  const { messageId, messageType, fromAgent, toAgent, priority, subject, body } = sent;
  const after = receipt(sent);
  return [
    `${messageType} from ${code(fromAgent)} to ${code(toAgent)}, ${priority}: ${literal(subject)}`,
    ...(after ? [`(${after})`] : []),
    ...texts({ what: 'body', messageId }, body),
    ...choice(sent),
  ];
};
