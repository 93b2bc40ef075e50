/** What others wrote, as text inside Markdown: nothing of it is a heading, a link, an image, HTML or the end of a table. */

import { literal } from '../mcp/literal.ts';
import { oneLine, plainLines } from '../notify/plain-text.ts';

export { literal };

/** More backticks than stand in a row in the text, and `least` at least: what ends a span or a block of code is not in it. */
const fenceOf = (text: string, least: number): string => {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  return '`'.repeat(Math.max(least, longest + 1));
};

/** On one line, as it can be copied: ids and addresses. Not for tables, whose cells end in spite of it. */
export const code = (text: string): string => {
  const line = oneLine(text);
  const fence = fenceOf(line, 1);
  const space = /^`|`$/.test(line) ? ' ' : '';
  return line === '' ? '' : `${fence}${space}${line}${space}${fence}`;
};

/** Text of several lines as it was written: in a block of code nothing is Markdown (CommonMark 4.5). */
export const block = (text: string): string => {
  const lines = plainLines(text).join('\n');
  const fence = fenceOf(lines, 3);
  return `${fence}text\n${lines}\n${fence}`;
};

/** Cells are Markdown already. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const section = (title: string, ...parts: (string | undefined | false)[]): string => {
  const said = parts.filter((part) => typeof part === 'string' && part !== '');
  return [`## ${title}`, ...(said.length > 0 ? said : ['None.'])].join('\n\n');
};
