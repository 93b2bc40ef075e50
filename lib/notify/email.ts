/** The email of a notice: plain text that a tired human can act on. */

import { type Carried, isCut } from './carried.ts';
import { eventIdOf, isDrill } from './outgoing.ts';
import { decisionPlaceOf, type Places, placeOf } from './places.ts';
import { cited, disarmed, oneLine, quoted } from './plain-text.ts';
import { clock, holder, named, optionsOf, shownId, whole, wordingOf } from './wording.ts';

const LABEL_WIDTH = 20;

type Row = readonly [label: string, value: string | undefined];

const rows = (...lines: readonly Row[]): string =>
  lines
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${label.padEnd(LABEL_WIDTH)}${value}`)
    .join('\n');

const MINUTE = 60_000;
const elapsed = (from: string, to: string): string => {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / MINUTE));
  if (minutes === 0) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
};

const facts = (message: Carried, places: Places): string => {
  const { atpId, brief, sentAt, sentBy, toAgent } = message;
  const { happened, asked, nextStep } = wordingOf(message);
  const owner = holder(message);
  return rows(
    ['What happened', happened],
    ['On', `${brief.type.toUpperCase()} ${shownId(atpId)} ${cited(brief.title)}`],
    ['State', [brief.status, brief.priority, ...environment(brief.environment)].join(', ')],
    ['Sent', `${clock(sentAt)} by ${named(sentBy)}`],
    ['Since', `${clock(brief.createdAt)}, ${elapsed(brief.createdAt, sentAt)} before this message`],
    ['Who has it', owner ? named(owner) : 'nobody yet'],
    [`Asked of ${toAgent}`, asked],
    ...optionsOf(message).map((option): Row => ['', option]),
    ...(wayToDecide(message, places) ??
      ([
        ['Next step', nextStep],
        ['Open', placeOf(message, places)],
      ] as const)),
  );
};

/** In place of all else that the reader might do: an email has one link. */
const wayToDecide = (message: Carried, places: Places): Row[] | undefined => {
  const place = decisionPlaceOf(message, places);
  if (!place) return undefined;
  const until = clock(message.linkExpiresAt ?? '');
  return [
    ['Decide', place],
    ['', `Opening it decides nothing. It holds until ${until}, and only while the ATP stands as it stands.`],
  ];
};

const environment = (name: string | undefined): string[] => (name ? [`environment ${cited(name)}`] : []);

const references = (message: Carried): string => {
  const { brief, messageId, priority, body, bodyBytes } = message;
  const bytes = `${Buffer.byteLength(body)} of its ${bodyBytes} bytes`;
  return rows(
    ['Incident page', brief.url && disarmed(oneLine(brief.url))],
    ['Message', `${messageId}, ${priority}`],
    ['Event', `${eventIdOf(messageId)}, the same should this notice come twice`],
    ['Exercise', isDrill(message) ? 'yes, a DRILL' : 'no, this is real'],
    ['Rest of the text', isCut(message) ? `${bytes} stand below; for all of it: ${whole(message)}` : undefined],
  );
};

/** Kept apart from the body only where the body does not already say it. */
const summary = ({ brief, body }: Carried): string[] =>
  brief.summary && !body.includes(brief.summary) ? [quoted(`Summary of the ATP: ${brief.summary}`), '>'] : [];

/**
 * All that is ours stands first. Below the last line of ours everything is quoted, to the end of the mail, so that
 * no text can be followed by something that looks like ours.
 */
export const emailOf = (message: Carried, places: Places = {}): string => {
  return [
    ...(isDrill(message) ? ['DRILL - an exercise. Nothing is broken; act as if it were.', ''] : []),
    facts(message, places),
    '',
    references(message),
    '',
    `The notice ends here. Behind each > stands what ${named(message.sentBy)} wrote, its links disarmed: [.] stands for a dot.`,
    '',
    ...summary(message),
    quoted(message.subject),
    '>',
    quoted(message.body),
    '',
  ].join('\n');
};
