import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sources } from '../support/imports.ts';

const root = join(import.meta.dirname, '../..');
const deployed = sources(root).filter((file) => /^(lib|functions)\//.test(file) && !file.startsWith('lib/board/'));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Names of what a stranger must not guess, or of what is made of it; its length is no secret. */
const SECRET = /(secret|token|credential|signature|hmac|sha256|checksum|routingKey|bearer|hashOf\(.*|digest\(.*)\)?$/i;
/** What is known to everybody, with which a comparison tells nothing: a literal, or that there is nothing. */
const KNOWN = /^(undefined|null|['"`\d])/;
const EQUAL = /([\w.?()[\]]+)\s*[!=]==?\s*(['"`]?[\w.?()[\]]*)/g;
const FOUND = /\.(?:includes|startsWith|endsWith|localeCompare|indexOf)\(([\w.]+)\)/g;

/** Whether a line compares a secret in a way that ends at the first letter that differs. */
const isCompared = (line: string): boolean =>
  !/^\s*(\*|\/\/|\/\*)/.test(line) &&
  ([...line.matchAll(EQUAL)].some(
    ([, left = '', right = '']) =>
      ![left, right].some((one) => KNOWN.test(one)) && [left, right].some((one) => SECRET.test(one)),
  ) ||
    [...line.matchAll(FOUND)].some(([, sought = '']) => SECRET.test(sought)));

/** What takes HMACs or hashes of what a caller sent, and how it is compared. */
const weighing: Record<string, 'timingSafeEqual' | 'looked up' | 'verify' | 'made, not weighed'> = {
  'lib/principal.ts': 'timingSafeEqual',
  'lib/decision/link.ts': 'timingSafeEqual',
  'lib/pager/credential.ts': 'timingSafeEqual',
  'lib/pager/signature.ts': 'timingSafeEqual',
  'lib/pager/sns-message.ts': 'verify',
  'lib/webhook/signature.ts': 'made, not weighed',
};

describe('a credential', () => {
  it('is compared by nothing that ends at the first difference', () => {
    const found = deployed.flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter(isCompared)
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('is weighed in the files that are named here, in the way that is named', () => {
    const crypto = /createHmac|timingSafeEqual|\bverify\b.*node:crypto/;
    expect(deployed.filter((file) => crypto.test(textOf(file))).sort()).toEqual(Object.keys(weighing).sort());
    for (const [file, way] of Object.entries(weighing)) {
      if (way === 'timingSafeEqual') expect(textOf(file), file).toContain('timingSafeEqual(');
      if (way === 'verify') expect(textOf(file), file).toContain('verify(algorithm');
    }
  });
});

describe('the rule itself', () => {
  it.each([
    'if (token === given) return true;',
    'return sha256 == hashOf(credential);',
    'given !== secret',
    'secrets.includes(secret)',
    'expected.digest() === hex',
    'text.startsWith(routingKey)',
  ])('finds %j', (line) => expect(isCompared(line)).toBe(true));

  it.each([
    'if (token === undefined) return;',
    "typeof token === 'string'",
    'secrets.length === 0',
    '// token === given',
  ])('passes %j', (line) => expect(isCompared(line)).toBe(false));
});
