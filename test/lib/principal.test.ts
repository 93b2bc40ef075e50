import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callerRoles } from '../../lib/model.ts';
import { mintToken, principalOf, type TokenItem, tokenHash } from '../../lib/principal.ts';

const role = fc.constantFrom(...callerRoles);
const minted = role.map((of) => ({ role: of, ...mintToken(of) }));

describe('a minted token', () => {
  test('has the form atp_<role>_<256 bits><checksum>, and its own hash finds it', () => {
    fc.assert(
      fc.property(minted, ({ role, token, sha256, tokenId }) => {
        expect(token).toMatch(new RegExp(`^atp_${role.slice(1)}_[0-9a-f]{72}$`));
        expect(tokenHash(token)).toBe(sha256);
        expect(tokenId).toBe(`tok_${sha256.slice(0, 12)}`);
      }),
    );
  });

  test('is never minted twice', () => {
    const tokens = new Set(Array.from({ length: 1_000 }, () => mintToken('@dev').token));
    expect(tokens.size).toBe(1_000);
  });

  test('does not appear in what is stored of it', () => {
    const { token, sha256, tokenId } = mintToken('@pm');
    const secret = token.slice('atp_pm_'.length, -8);
    expect(`${sha256}${tokenId}`).not.toContain(secret.slice(0, 12));
  });
});

describe('a token that is not as it was minted is refused without a look-up', () => {
  test('given any one character changed or removed', () => {
    const anyCharacter = fc.oneof(fc.constantFrom(...'0123456789abcdefABCDEF_-. '), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(minted, fc.nat(), anyCharacter, ({ token }, at, other) => {
        const index = at % token.length;
        fc.pre(other !== token[index]);
        expect(tokenHash(token.slice(0, index) + other + token.slice(index + 1))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test("given another role's prefix before the same bits", () => {
    fc.assert(
      fc.property(minted, role, ({ role, token }, other) => {
        fc.pre(other !== role);
        expect(tokenHash(token.replace(`atp_${role.slice(1)}_`, `atp_${other.slice(1)}_`))).toBeUndefined();
      }),
    );
  });

  test('given the bits in upper case', () => {
    const { token } = mintToken('@qa');
    expect(tokenHash(`atp_qa_${token.slice('atp_qa_'.length).toUpperCase()}`)).toBeUndefined();
  });

  test.each(['', ' ', '\n', 'x'])('given %j before or after it', (around) => {
    const { token, sha256 } = mintToken('@dev');
    const expected = around === '' ? sha256 : undefined;
    expect(tokenHash(around + token)).toBe(expected);
    expect(tokenHash(token + around)).toBe(expected);
  });

  test('given any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(tokenHash(text)).toBeUndefined();
      }),
    );
  });

  test.each(['system', 'pager', 'root', '@pm', ''])('given the role %j, which holds no token', (other) => {
    const { token } = mintToken('@pm');
    expect(tokenHash(token.replace('atp_pm_', `atp_${other}_`))).toBeUndefined();
  });
});

describe('the principal of a token item', () => {
  const now = Date.parse('2026-03-01T12:00:00.000Z');
  const item: TokenItem = {
    role: '@dev',
    name: 'dev-2',
    tokenId: 'tok_0123456789ab',
    createdAt: '2026-02-01T00:00:00.000Z',
    expiresAt: '2026-05-01T00:00:00.000Z',
  };

  test('is its role and name, and nothing more', () => {
    expect(principalOf(item, now)).toEqual({ role: '@dev', name: 'dev-2' });
  });

  test('given no item, then nobody', () => {
    expect(principalOf(undefined, now)).toBeUndefined();
  });

  test('given the millisecond of expiry, then nobody; the one before, still the bearer', () => {
    const expiry = Date.parse(item.expiresAt);
    expect(principalOf(item, expiry)).toBeUndefined();
    expect(principalOf(item, expiry - 1)).toEqual({ role: '@dev', name: 'dev-2' });
  });

  test('given a revocation, then nobody, whenever it was', () => {
    expect(principalOf({ ...item, revokedAt: '2026-03-01T11:59:59.999Z' }, now)).toBeUndefined();
    expect(principalOf({ ...item, revokedAt: '2099-01-01T00:00:00.000Z' }, now)).toBeUndefined();
  });

  test('given a date of expiry that is no date, then nobody', () => {
    expect(principalOf({ ...item, expiresAt: 'never' }, now)).toBeUndefined();
  });
});
