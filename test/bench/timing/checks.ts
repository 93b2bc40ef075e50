/** The checks of credentials, each with guesses that are wrong at their end, wrong from the start, and right. */

import { createHmac } from 'node:crypto';
import { admits, hashOf, mintBearer } from '../../../lib/pager/credential.ts';
import type { Integration } from '../../../lib/pager/integration.ts';
import { isSigned } from '../../../lib/pager/signature.ts';
import { mintToken, tokenHash } from '../../../lib/principal.ts';

export const guesses = ['near', 'far', 'right'] as const;
export type Guess = (typeof guesses)[number];
export type Check = { name: string; by: Record<Guess, () => unknown> };

const otherDigit = (digit: string): string => (digit === '0' ? '1' : '0');
const wrongAtEnd = (text: string): string => text.slice(0, -1) + otherDigit(text.slice(-1));
const wrongFrom = (text: string, start: number): string =>
  text.slice(0, start) + otherDigit(text[start] ?? '') + text.slice(start + 1);

const tokens = (): Check => {
  const { token } = mintToken('@pm');
  const by = (text: string) => () => tokenHash(text);
  // The checksum's first digit and its last; the rest is looked up by its SHA-256.
  return {
    name: 'checksum of a token',
    by: { near: by(wrongAtEnd(token)), far: by(wrongFrom(token, token.length - 8)), right: by(token) },
  };
};

const bearers = (): Check => {
  const integrationId = 'abcd1234';
  const credential = mintBearer(integrationId);
  const credentials = [{ sha256: hashOf(credential), createdAt: '2026-01-01T00:00:00.000Z' }];
  const integration = { integrationId, source: 'generic', credentials, createdAt: '' } as unknown as Integration;
  const by = (text: string) => () => admits(integration, text, 0);
  return {
    name: 'credential of a source',
    by: { near: by(wrongAtEnd(credential)), far: by(wrongFrom(credential, 14)), right: by(credential) },
  };
};

const signatures = (): Check => {
  const body = 'x'.repeat(1_000);
  const secret = 'a secret of this bench, 32 bytes';
  const right = createHmac('sha256', secret).update(body).digest('hex');
  const by = (hex: string) => () => isSigned([hex], [secret], [body]);
  return {
    name: 'signature of a body',
    by: { near: by(wrongAtEnd(right)), far: by(wrongFrom(right, 0)), right: by(right) },
  };
};

/** A comparison that leaks, to show that this bench would see one. */
const naive = (): Check => {
  const right = 'a'.repeat(2_000);
  const by = (text: string) => {
    const letters = [...text];
    return () => letters.every((letter, place) => letter === right[place]);
  };
  return {
    name: 'control: letter by letter, 2,000 letters',
    by: { near: by(wrongAtEnd(right)), far: by(wrongFrom(right, 0)), right: by(right) },
  };
};

export const checks: readonly Check[] = [tokens(), bearers(), signatures(), naive()];
