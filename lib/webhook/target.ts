import { lookup } from 'node:dns/promises';
import { isLoopback, isPublic } from './address.ts';

/** An address that was looked at, and is the one to connect to. */
export type Target = { url: URL; address: string; family: number };

/** A URL that must not be called; `message` says why, for a person. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
}

/** Characters. */
const URL_LIMIT = 2_000;

/**
 * A URL that may be registered: https, no credentials, port 443 or from 1024. `loopback` lets http and any port through, for the
 * local stack. Where its host leads is seen at each call: `targetOf`. Throws `ForbiddenTarget`.
 */
export const webhookUrl = (text: string, { loopback }: { loopback: boolean }): URL => {
  if (text.length > URL_LIMIT || !URL.canParse(text))
    throw new ForbiddenTarget(`the URL is none, or longer than ${URL_LIMIT} characters`);
  const url = new URL(text);
  const isPlain = loopback && url.protocol === 'http:';
  if (url.protocol !== 'https:' && !isPlain) throw new ForbiddenTarget('only https is called');
  if (url.username || url.password) throw new ForbiddenTarget('a URL with credentials is not called');
  if (url.hash) throw new ForbiddenTarget('a URL with a fragment is not called: it never reaches the receiver');
  if (!isPlain && url.port && Number(url.port) < 1_024)
    throw new ForbiddenTarget(`port ${url.port} is not called: 443, or one from 1024`);
  return url;
};

/**
 * Resolves the host once and looks at every address it has: one that is not public forbids them all, since whoever
 * answers for the name chose them. The connection goes to the address given here, so a name that answers otherwise a
 * moment later changes nothing. Throws `ForbiddenTarget`, and what DNS throws.
 */
export const targetOf = async (text: string, { loopback }: { loopback: boolean }): Promise<Target> => {
  const url = webhookUrl(text, { loopback });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await lookup(host, { all: true });
  const isAllowed = (address: string): boolean => isPublic(address) || (loopback && isLoopback(address));
  const forbidden = addresses.find(({ address }) => !isAllowed(address));
  const [first] = addresses;
  if (forbidden || !first) throw new ForbiddenTarget(`${host} is at ${forbidden?.address ?? 'no address'}: not public`);
  if (url.protocol === 'http:' && !isLoopback(first.address)) throw new ForbiddenTarget('only https is called');
  return { url, ...first };
};
