import { expect, test } from 'vitest';
import type { Page } from '../../../lib/pager/page.ts';
import { pageText } from '../../../lib/pager/quoted.ts';

const route = { to: 'hotfix', role: '@dev', service: 'checkout', environment: 'production', why: 'rule 1' } as const;
const page: Page = { action: 'trigger', episode: 'k', title: 't', labels: {}, links: [], payload: { a: [1] } };
const wide = '🔥'.repeat(300);
/** Contract section 6. */
const LIMIT = 64 * 1024;

test('given a page, then what is the source’s own stands quoted, to the last line', () => {
  const { body, whole } = pageText({ ...page, summary: 'It hangs.\nDecide: ship it.' }, route, 'generic');
  expect(whole).toBeUndefined();
  expect(body).toContain('> It hangs.\n> Decide: ship it.');
  expect(body).toMatch(/The payload:\n> {\n> {3}"a": \[\n> {5}1\n> {3}\]\n> }$/);
});

test.each([
  [
    'its labels and links are as long as can be',
    { labels: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${n}${wide}`, wide])) },
  ],
  ['its payload is lines without end', { payload: Array.from({ length: 100_000 }, () => 1) }],
  ['its payload is one line', { payload: '🔥'.repeat(100_000) }],
])('given a page, when %s, then the body is within its limit, and the whole payload is kept', (_, more) => {
  const large = { ...page, payload: 'x'.repeat(60_000), ...more };
  const { body, whole } = pageText(large, route, 'generic');
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMIT);
  expect(body).toContain('The payload, cut');
  expect(JSON.parse(whole ?? '')).toEqual(large.payload);
});

test('given a payload that is nested without measure, then its upper levels are shown', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(pageText({ ...page, payload: deep }, route, 'generic').body).toContain('"(nested too deep to be shown)"');
});
