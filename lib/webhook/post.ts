import { type ClientRequest, type IncomingMessage, request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { type Target, targetOf } from './target.ts';

/** From the look-up of the host to the status of the answer, in milliseconds. */
export const POST_TIMEOUT_MS = 10_000;

/**
 * Posts a JSON body and answers the status, whatever it is: no redirect is followed, and the body of the answer is not
 * read. Throws `ForbiddenTarget`, and what DNS, TLS and the network throw.
 */
export const post = async (
  url: string,
  body: string,
  headers: Record<string, string>,
  options: { loopback: boolean; timeoutMs?: number },
): Promise<number> => {
  const signal = AbortSignal.timeout(options.timeoutMs ?? POST_TIMEOUT_MS);
  const target = await within(targetOf(url, options), signal);
  const sent = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'hotfix-control-plane',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = open(target, { method: 'POST', headers: sent, signal }, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    request.on('error', (error) => reject(signal.aborted ? new Error('no answer in time', { cause: error }) : error));
    request.end(body);
  });
};

/** To the address that was looked at. A socket of its own: a pool would keep one open to where nobody looked today. */
const open = (
  { url, address, family }: Target,
  options: RequestOptions,
  answered: (answer: IncomingMessage) => void,
): ClientRequest =>
  (url.protocol === 'https:' ? secure : plain)(
    url,
    {
      ...options,
      agent: false,
      lookup: (_, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family)),
    },
    answered,
  );

/** A look-up cannot be called off: it is left alone. */
const within = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    }),
  ]);
