import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Ignored, Intake, Page } from '../../../lib/pager/page.ts';

/** A payload of `test/fixtures/pager`. */
export const fixture = (source: string, number: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../fixtures/pager/${source}/${number}.json`), 'utf8'));

/** The one page of an intake, without its payload. */
export const only = (intake: Intake): Omit<Page, 'payload'> | Ignored => {
  expect(intake).toHaveLength(1);
  const [one] = intake as [Page | Ignored];
  if ('ignored' in one) return one;
  const { payload: _payload, ...page } = one;
  return page;
};

/** Fast-check itself could not print what is much deeper. */
const deep = (levels: number): unknown => JSON.parse(`${'{"a":['.repeat(levels)}${']}'.repeat(levels)}`);
const nasty = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '\uD800',
  'a\uDFFF\u202Eb\u0000\n',
  'x'.repeat(100_000),
  '👍'.repeat(300),
  '$&',
  'javascript:alert(1)',
  'https://a.example/\u202E',
  -0,
  1e308,
  [],
  {},
  [[]],
  deep(300),
  JSON.parse('{"__proto__": {"env": "production"}, "constructor": "x", "toString": "y", "hasOwnProperty": 1}'),
  JSON.parse('{"__proto__": "x"}'),
);

/** Any JSON whatever, the worst among it. */
export const anyJson = fc.oneof(nasty, fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ stringUnit: 'binary' }));

type Place = { holder: Record<string, unknown>; key: string };

const placesIn = (value: unknown): Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
};

const edits = fc.array(fc.record({ at: fc.nat(), to: fc.option(anyJson, { nil: undefined }) }), {
  minLength: 1,
  maxLength: 4,
});

/** A payload some of whose fields are removed, or hold something else. */
export const spoilt = (payload: unknown): fc.Arbitrary<unknown> =>
  edits.map((all) => {
    const copy: unknown = JSON.parse(JSON.stringify(payload));
    const places = placesIn(copy);
    for (const { at, to } of all) {
      const place = places[at % places.length];
      if (!place) continue;
      if (to === undefined && !Array.isArray(place.holder)) delete place.holder[place.key];
      else place.holder[place.key] = to ?? null;
    }
    return copy;
  });

const UNREADABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

const expectPage = (page: Page): void => {
  expect(page.title).not.toMatch(UNREADABLE);
  expect(page.title.trim()).not.toBe('');
  expect(Array.from(page.title).length).toBeLessThanOrEqual(200);
  expect(page.episode).not.toBe('');
  for (const { href } of page.links) expect(href).toMatch(/^https?:\/\//i);
  const { payload: _payload, episode: _episode, ...shown } = page;
  const written = JSON.stringify(shown);
  expect(written.length).toBeLessThan(150_000);
  expect(written).not.toMatch(/\\ud[89a-f]/);
  expect(Object.keys(shown).filter((key) => shown[key as keyof typeof shown] === undefined)).toEqual([]);
};

/** Whatever comes in, an adapter answers with pages that can be read, or with its one error. */
export const expectHeld = (
  intake: (payload: unknown) => Intake,
  payloads: fc.Arbitrary<unknown>,
  malformed: new (...args: never[]) => Error,
): void => {
  const held = fc.property(payloads, (payload) => {
    let pages: Intake;
    try {
      pages = intake(payload);
    } catch (error) {
      expect(error).toBeInstanceOf(malformed);
      return;
    }
    for (const page of pages) {
      if ('ignored' in page) expect(page.ignored).toMatch(/^[^\p{Cc}]+$/u);
      else expectPage(page);
    }
  });
  fc.assert(held, { numRuns: 300 });
};
