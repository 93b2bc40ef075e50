import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownOf } from '../../../lib/report/markdown.ts';
import { reportSaying } from './given.ts';

/** Blocks of code by CommonMark 4.5: a fence ends at one of its kind that is as long. What is left has no such text. */
const withoutBlocks = (markdown: string): string[] => {
  let fence: string | undefined;
  const left = markdown.split('\n').filter((line) => {
    const [, marks, info] = /^ {0,3}(`{3,})([^`]*)$/.exec(line) ?? [];
    if (fence === undefined) {
      fence = marks;
      return marks === undefined;
    }
    if (marks && marks.length >= fence.length && info?.trim() === '') fence = undefined;
    return false;
  });
  expect(fence).toBeUndefined();
  return left;
};
/** Spans of code by CommonMark 6.1, which end at as many backticks as they began with; a backslash ends none. */
const withoutSpans = (line: string): string => line.replace(/(?<![\\`])(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '_');
const withoutEscapes = (line: string): string => line.replace(/\\[!-/:-@[-`{-~]/g, '_');

/** Of a page all that is Markdown: beginnings of lines, cells of tables, and marks within lines. */
const shapeOf = (markdown: string): string[] =>
  withoutBlocks(markdown).map((line) => withoutEscapes(withoutSpans(line)).replace(/[^#|*`>[\]()!<&~]/g, ''));

const word = shapeOf(markdownOf(reportSaying('word')));

describe('text of others in a report', () => {
  test.each([
    '# Closed\n## Facts\n---\n=== \n- [ ] done\n1. first',
    '![x](http://evil.example/x.png) [click](javascript:alert(1)) <https://evil.example> [a]: http://evil.example',
    '<img src=x onerror=alert(1)><!-- --><script>alert(1)</script>&lt;b&gt;',
    'a | b |\n|---|---|\n| c | \\| d',
    '```\n# out\n```',
    '````text\n````\n`````\n~~~\n# out',
    '` `` ``` a ` b `` c',
    '`',
    '\\`not code\\` \\',
    '\uFF40\uFF40\uFF40\n\uFF03 out \uFF5C cell',
    'one\u2028# two\u0085# three\u000B# four\r# five',
    '\u202Eturned\u2066\u200B\u0000',
    '**bold** _it_ ~~no~~ @dev #1 www.evil.example https://evil.example',
    '    # indented\n\t# tab',
  ])('given %j in every place, then the page has the shape that a plain word gives it', (text) => {
    const markdown = markdownOf(reportSaying(text));
    expect(shapeOf(markdown)).toEqual(word);
    expect(markdown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\0\u2028]/);
  });

  test('given any text at all, then it has that shape too', () => {
    const marks = fc.string({ unit: fc.constantFrom(...'`~#|\\<>[]()!*_&-=\n\r\t :a'), minLength: 1, maxLength: 40 });
    const said = marks.map((text) => `w${text}w`);
    fc.assert(
      fc.property(said, (text) => {
        expect(shapeOf(markdownOf(reportSaying(text)))).toEqual(word);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('given a text of several lines, then each is there as it was written', () => {
    expect(markdownOf(reportSaying('  if (a) {\n    b`c`\n  }'))).toContain('```text\n  if (a) {\n    b`c`\n  }\n```');
  });
});
