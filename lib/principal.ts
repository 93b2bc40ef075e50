/** Identity is the credential: the form of a token, and who its item says the bearer is. No look-up happens here. */

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CallerRole, Principal } from './model.ts';

/** A principal has one line of a log, a column of a table and a place in keys: lower case, no space, 63 at most. */
export const principalNamePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** The item under `keys.token`: everything of a token but the token. Times are ISO 8601 UTC with milliseconds. */
export type TokenItem = {
  role: CallerRole;
  name: string;
  /** Names the token to people: in lists, logs and `revoke`. It opens nothing. */
  tokenId: string;
  createdAt: string;
  expiresAt: string;
  revokedAt?: string;
  /** Epoch seconds after which DynamoDB may delete the item; well after `expiresAt`, never instead of it. */
  ttl?: number;
};

export type MintedToken = { token: string; sha256: string; tokenId: string };

const CHECKSUM_DIGITS = 8;
const TOKEN = /^(atp_(?:pm|dev|operator|sre|qa)_[0-9a-f]{64})([0-9a-f]{8})$/;

const sha256 = (text: string): string => hash('sha256', text);
const checksum = (body: string): string => sha256(body).slice(0, CHECKSUM_DIGITS);

/** The short id of a token, from its SHA-256. */
export const tokenIdOf = (sha256: string): string => `tok_${sha256.slice(0, 12)}`;

/** A new token with 256 random bits. The token itself is stored nowhere: whoever mints it shows it once. */
export const mintToken = (role: CallerRole): MintedToken => {
  const body = `atp_${role.slice(1)}_${randomBytes(32).toString('hex')}`;
  const token = body + checksum(body);
  const tokenSha256 = sha256(token);
  return { token, sha256: tokenSha256, tokenId: tokenIdOf(tokenSha256) };
};

/** SHA-256 of a well-formed token, to look it up by; undefined for junk, which is so refused without a look-up. */
export const tokenHash = (token: string): string | undefined => {
  const [, body, digits] = TOKEN.exec(token) ?? [];
  if (!body || !digits) return undefined;
  return timingSafeEqual(Buffer.from(checksum(body)), Buffer.from(digits)) ? sha256(token) : undefined;
};

/** Who bears the token of this item at `now` (epoch milliseconds); undefined when unknown, expired or revoked. */
export const principalOf = (item: TokenItem | undefined, now: number): Principal | undefined => {
  if (!item || item.revokedAt) return undefined;
  // Written so that a date that cannot be read counts as past.
  return now < Date.parse(item.expiresAt) ? { role: item.role, name: item.name } : undefined;
};
