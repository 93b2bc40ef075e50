/** What lets a source of pages in. Every credential begins with the id of its integration, so that one read finds both. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Integration } from './integration.ts';

const ID_LENGTH = 8;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
/** Of the Events API v2: senders check that a routing key is 32 letters and digits. 24 random ones have 124 bits. */
const ROUTING_KEY = /^[a-z0-9]{32}$/;
const BEARER = /^page_([a-z0-9]{8})_([a-z0-9]{40})$/;

const random = (length: number): string => {
  let text = '';
  while (text.length < length) {
    // What would make some letters likelier than others is left out.
    for (const byte of randomBytes(length)) if (byte < 252 && text.length < length) text += ALPHABET[byte % 36];
  }
  return text;
};

export const newIntegrationId = (): string => random(ID_LENGTH);
export const isIntegrationId = (text: string): boolean => /^[a-z0-9]{8}$/.test(text);

export const mintRoutingKey = (integrationId: string): string => integrationId + random(24);
export const mintBearer = (integrationId: string): string => `page_${integrationId}_${random(40)}`;
/** A secret that both sides know, for sources that sign. */
export const mintSecret = (): string => randomBytes(32).toString('base64url');

/** The integration that a credential names; undefined for what cannot be one. */
export const integrationOfRoutingKey = (key: string): string | undefined =>
  ROUTING_KEY.test(key) ? key.slice(0, ID_LENGTH) : undefined;
export const integrationOfBearer = (token: string): string | undefined => BEARER.exec(token)?.[1];

export const hashOf = (credential: string): string => createHash('sha256').update(credential).digest('hex');

/** Whether the integration knows the credential at `now` (epoch milliseconds); in constant time for each it has. */
export const admits = (integration: Integration | undefined, credential: string, now: number): boolean => {
  if (!integration || integration.revokedAt) return false;
  const given = Buffer.from(hashOf(credential));
  return integration.credentials.some(
    ({ sha256, expiresAt }) =>
      timingSafeEqual(Buffer.from(sha256), given) && (expiresAt === undefined || now < Date.parse(expiresAt)),
  );
};
