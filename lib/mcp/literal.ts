import { oneLine } from '../notify/plain-text.ts';

/**
 * Text that agents wrote, as text inside Markdown: every mark that Markdown knows is escaped (CommonMark 2.4), so that
 * a title is no heading, no link, no image and no HTML, and what cannot be seen is gone.
 */
export const literal = (text: string): string => oneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');

/** Several lines, each behind a `> `, so that none of them passes for one of ours. */
export const literalLines = (text: string): string =>
  text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => `> ${literal(line)}`.trimEnd())
    .join('\n');
