/** What a page says, as the text of a directive: everything of the source's stands quoted. */

import type { Route } from './integration.ts';
import type { Page } from './page.ts';
import { line } from './wording.ts';

/** Contract section 6 gives a body 64 KiB; a notice carries 8 of them. */
const PAYLOAD_LIMIT = 48 * 1024;
const LABELS_LIMIT = 50;
const LINKS_LIMIT = 20;
const LINE_LIMIT = 500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all control characters but tab, which contract section 6 refuses
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029]/g;

/** On one line, and something, whatever it was. */
const shown = (text: string, limit = LINE_LIMIT): string => line(text, limit) ?? '-';

const quoted = (text: string): string =>
  text
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line.replace(CONTROL, '')}`.trimEnd())
    .join('\n');

export type PageText = { body: string /** The payload did not fit, and is kept elsewhere. */; isCut: boolean };

/** `artifactId` names where the whole payload is, if it is cut. */
export const pageText = (page: Page, { environment, service, why }: Route, source: string): PageText => {
  const payload = JSON.stringify(page.payload, null, 2) ?? 'null';
  const part = cut(payload);
  const isCut = part !== payload;
  const facts = [
    `Paged by ${source}: severity ${page.severity ?? 'not given'}, service ${shown(service)}, environment ${shown(environment)} (${why}).`,
    ...(page.note ? [`Note: ${shown(page.note)}`] : []),
  ];
  const links = page.links
    .slice(0, LINKS_LIMIT)
    .map(({ href, text }) => `> ${text ? `${shown(text, 100)}: ` : ''}${shown(href)}`);
  const labels = Object.entries(page.labels)
    .slice(0, LABELS_LIMIT)
    .map(([name, value]) => `> ${shown(name, 100)}: ${shown(value)}`);
  const body = [
    facts.join('\n'),
    ...(page.summary ? [`The source says:\n${quoted(page.summary)}`] : []),
    ...(links.length > 0 ? [`Links:\n${links.join('\n')}`] : []),
    ...(labels.length > 0 ? [`Labels:\n${labels.join('\n')}`] : []),
    `The payload${isCut ? ', cut; the whole of it is an artifact of this ATP' : ''}:\n${quoted(part)}`,
  ].join('\n\n');
  return { body, isCut };
};

const cut = (text: string): string => {
  if (Buffer.byteLength(text) <= PAYLOAD_LIMIT) return text;
  // Cut by bytes between code points: what the end of a sequence leaves is taken off.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, PAYLOAD_LIMIT)).replace(/\uFFFD+$/, '');
};
