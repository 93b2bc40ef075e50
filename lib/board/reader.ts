/** Reads over GET with the token, from the page's own service. */

import { followClock } from './clock.ts';

/** The token is unknown, expired or revoked. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** The service has no such record, or refuses the question: asking again changes nothing. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Nobody answered, or somebody who cannot help now: worth another try. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

type Asked = { signal: AbortSignal; query?: Record<string, string | number> };
export type Reader = <T>(path: string, asked: Asked) => Promise<T>;

/** A read that waits is answered after 20 s at the latest. */
const PATIENCE_MS = 31_000;
/** Answers kept, for `If-None-Match`. */
const KEPT = 1_000;

/**
 * An answer that has not changed is the same object as before, so that nothing of it is drawn anew. Kept here and not in
 * the browser's cache: what an incident says goes with the tab.
 */
export const readerFor = (token: string, fetched: typeof fetch = fetch): Reader => {
  const kept = new Map<string, { tag: string; answer: unknown }>();
  const keep = (key: string, tag: string, answer: unknown): void => {
    kept.delete(key);
    kept.set(key, { tag, answer });
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  };

  return async <T>(path: string, { signal, query = {} }: Asked): Promise<T> => {
    const { waitSeconds, since, ...lasting } = query;
    const key = addressOf(path, lasting);
    const known = kept.get(key);
    const headers = { authorization: `Bearer ${token}`, ...(known && { 'if-none-match': known.tag }) };
    const given = { cache: 'no-store', credentials: 'omit', headers, signal: withLimit(signal) } as const;
    const response = await fetched(addressOf(path, query), given).catch((cause) => {
      throw new Unreachable('no answer', { cause });
    });
    followClock(response.headers.get('date'));
    if (response.status === 304 && known) return known.answer as T;
    if (!response.ok) throw await failureOf(response);
    const answer = (await response.json().catch((cause) => {
      throw new Unreachable('half an answer', { cause });
    })) as T;
    const tag = response.headers.get('etag');
    if (tag) keep(key, tag, answer);
    return answer;
  };
};

const withLimit = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);

const addressOf = (path: string, query: NonNullable<Asked['query']>): string => {
  const parameters = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return parameters.length > 0 ? `${path}?${new URLSearchParams(parameters)}` : path;
};

/** Why there is no answer. */
export const failureOf = async (response: Response): Promise<Error> => {
  if (response.status === 401) return new SignedOut('the token is not good any more');
  if (response.status >= 500 || response.status === 429) return new Unreachable(`answered ${response.status}`);
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  return new Refused(problem.detail ?? `answered ${response.status}`);
};
