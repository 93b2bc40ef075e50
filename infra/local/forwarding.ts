import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** An answer to a request that was forwarded, or was not let through. */
export type Answer = { status: number; headers: Record<string, string>; body: Buffer };

/** Headers that concern one connection, or the length of a body that may have been rewritten. */
const hopByHop = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding']);

/** Sends a request on, with another body if need be. */
export const forward = async (
  origin: string,
  { url = '/', method = 'POST', headers }: IncomingMessage,
  body: string | Buffer,
): Promise<Answer> => {
  const answer = await fetch(new URL(url, origin), {
    method,
    headers: endToEnd(headers),
    ...(body.length > 0 && { body: Buffer.from(body) }),
  });
  const kept = [...answer.headers].filter(([name]) => !hopByHop.has(name));
  return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
};

const endToEnd = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      hopByHop.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );

export const jsonAnswer = (status: number, contentType: string, content: object): Answer => ({
  status,
  headers: { 'content-type': contentType },
  body: Buffer.from(JSON.stringify(content)),
});

export const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
};
