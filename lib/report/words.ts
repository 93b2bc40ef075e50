import type { Principal } from '../model.ts';
import type { MessageView } from '../view.ts';
import { block, code, literal } from './marks.ts';
import type { LeftOut, Report } from './report.ts';

/** The role as code: a site that knows people by `@` would tell one of them. */
export const who = ({ role, name }: Principal): string => `${code(role)} ${literal(name)}`;

/** What became of a message. */
export const receipt = (message: MessageView): string => {
  const { requiresAck, acknowledgedAt, acknowledgedBy, supersededAt, publishedAt } = message;
  const said = [
    publishedAt && `published ${publishedAt}`,
    acknowledgedAt && `acknowledged ${acknowledgedAt}${acknowledgedBy ? ` by ${who(acknowledgedBy)}` : ''}`,
    supersededAt && `superseded ${supersededAt}`,
    requiresAck && !acknowledgedAt && !supersededAt && 'waits for acknowledgement',
  ].filter(Boolean);
  return said.join(', ');
};

/** What a question gave to choose from, and what was chosen. */
export const choice = ({ options = [], recommendation, decision }: MessageView): string[] => {
  if (options.length === 0) return [];
  const decided = decision && `${literal(decision.option)}, by ${who(decision.decidedBy)} at ${decision.decidedAt}`;
  return [
    options.map((option) => `- ${literal(option)}${option === recommendation ? ' (recommended)' : ''}`).join('\n'),
    `Decided: ${decided ?? 'not yet'}.`,
  ];
};

type Place = Pick<LeftOut, 'what' | 'at' | 'messageId' | 'artifactId'>;
/** A text of a record as a block and, where it is not whole, what is missing and how it is read. */
export type Texts = (place: Place, text: string | undefined) => string[];

export const textsOf = ({ leftOut = [] }: Report): Texts => {
  const nameOf = ({ what, at, messageId, artifactId }: Place) => `${what} ${messageId ?? artifactId ?? at}`;
  const cuts = new Map(leftOut.map((each) => [nameOf(each), each]));
  return (place, text) => {
    const cut = cuts.get(nameOf(place));
    // Two lines of one millisecond have one name.
    const isCut = cut && (cut.kept ?? 0) === Buffer.byteLength(text ?? '');
    return [...(text ? [block(text)] : []), ...(isCut ? [missing(cut)] : [])];
  };
};

export const missing = ({ what, kept = 0, bytes, fetch: { tool, input } }: LeftOut): string => {
  const call = code(`${tool} ${JSON.stringify(input)}`);
  if (what === 'records') return `Later records are left out; they are read from ${call} on.`;
  const much = bytes === undefined ? 'It is left out' : `Cut to ${kept} of ${bytes} bytes`;
  return `**${much}; all of it is read with** ${call}`;
};
