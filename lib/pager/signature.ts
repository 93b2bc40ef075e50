import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of HMAC-SHA256. */
const HEX = /^[0-9a-f]{64}$/i;

/**
 * Whether any of `candidates` (hex) is the HMAC-SHA256 of the parts under any of the secrets. Each pair is compared, in
 * constant time. An empty secret, which anyone could sign with, matches nothing.
 */
export const isSigned = (
  candidates: readonly string[],
  secrets: readonly string[],
  parts: readonly (string | Uint8Array)[],
): boolean => {
  const given = candidates.filter((candidate) => HEX.test(candidate)).map((hex) => Buffer.from(hex, 'hex'));
  let matched = false;
  for (const secret of secrets.filter(Boolean)) {
    const hmac = createHmac('sha256', secret);
    for (const part of parts) hmac.update(part);
    const expected = hmac.digest();
    for (const each of given) matched = timingSafeEqual(each, expected) || matched;
  }
  return matched;
};
