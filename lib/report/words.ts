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
export const choice = (message: MessageView): string[] => {
  const { options = [], recommendation } = message;
  if (options.length === 0) return [];
  const offered = options.map((option) => `- ${literal(option)}${option === recommendation ? ' (recommended)' : ''}`);
  return [offered.join('\n'), `${sentence(outcome(message))}.`];
};

/** Of a question; empty for any other message. */
export const outcome = ({ options, decision }: MessageView): string => {
  if (!options) return '';
  if (!decision) return 'not decided yet';
  return `decided: ${literal(decision.option)}, by ${who(decision.decidedBy)} at ${decision.decidedAt}`;
};

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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
