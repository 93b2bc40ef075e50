/** What a page says, as the text of a directive: everything of the source's stands quoted. */

import type { Route } from './integration.ts';
import type { Page } from './page.ts';
import { line } from './wording.ts';

const KIB = 1024;
/** Contract section 6 gives a body 64 KiB; a notice carries 8 of them. */
const BODY_LIMIT = 60 * KIB;
/** What stands before the payload is cut first, so that some of the payload can always be seen. */
const HEAD_LIMIT = 40 * KIB;
/** Deeper than any sender nests: beyond, the layout grows with the square of the depth, and the stack ends. */
const DEPTH_LIMIT = 50;
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

/** `whole`: the payload, where the body does not hold all of it. */
export type PageText = { body: string; whole?: string };

/** The body of a directive, within the contract's limit. */
export const pageText = (page: Page, route: Route, source: string): PageText => {
  const whole = JSON.stringify(levels(page.payload, DEPTH_LIMIT), null, 2) ?? 'null';
  const head = cut(headOf(page, route, source), HEAD_LIMIT);
  const room = BODY_LIMIT - Buffer.byteLength(head);
  // Before it is quoted too: half a megabyte would grow by as much again.
  const beginning = cut(whole, room);
  const lines = quoted(beginning);
  const part = cut(lines, room);
  const isCut = beginning !== whole || part !== lines;
  const body = `${head}\n\nThe payload${isCut ? ', cut; the whole of it is an artifact of this ATP' : ''}:\n${part}`;
  return { body, ...(isCut && { whole }) };
};

const headOf = (page: Page, { environment, service, why }: Route, source: string): string => {
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
  return [
    facts.join('\n'),
    ...(page.summary ? [`The source says:\n${quoted(page.summary)}`] : []),
    ...(links.length > 0 ? [`Links:\n${links.join('\n')}`] : []),
    ...(labels.length > 0 ? [`Labels:\n${labels.join('\n')}`] : []),
  ].join('\n\n');
};

/** So many levels of a payload. */
const levels = (value: unknown, left: number): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (left === 0) return '(nested too deep to be shown)';
  if (Array.isArray(value)) return value.map((each) => levels(each, left - 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, levels(each, left - 1)]));
};

const cut = (text: string, limit: number): string => {
  if (Buffer.byteLength(text) <= limit) return text;
  // Cut by bytes between code points: what the end of a sequence leaves is taken off.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, limit)).replace(/\uFFFD+$/, '');
};
