import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { FunctionError } from './environment.ts';
import { PayloadTooLarge } from './functions.ts';
import { requestEvent, targetOf } from './request-event.ts';
import { type Route, type RouteMatch, router } from './routes.ts';
import { type Throttle, tokenBucket } from './throttle.ts';

/** An HTTP API of API Gateway, as the template has it. */
export type Api = { routes: readonly Route[]; throttle?: Throttle };

export type Gateway = { url: string; close: () => Promise<void> };
/** One whose address is known, and whose calls wait for what it is to serve. */
export type OpenGateway = Gateway & { serve: (api: Api) => void };

/** A request and its answer, for the log. */
export type Answered = { status: number; milliseconds: number; method: string; path: string };

/** Limits of an HTTP API (API Gateway quotas): 10 MB of payload, 10,240 bytes of request line and headers. */
const BODY_LIMIT = 10 * 1024 * 1024;
const HEADERS_LIMIT = 10_240;
/** What is read of a body that is too long, so that its sender sees the answer, before the connection is cut. */
const PATIENCE_LIMIT = 64 * 1024 * 1024;

/** What API Gateway answers by itself: `{"message":"..."}`. */
class GatewayAnswer extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Result = {
  statusCode: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

type Told = (answered: Answered) => void;

/** Serves the API on 127.0.0.1. `port` 0 takes any free one. */
export const serveApi = async (api: Api, port: number, told: Told): Promise<Gateway> => {
  const gateway = await openGateway(port, told);
  gateway.serve(api);
  return gateway;
};

/** The same, for functions that are told the address before they are deployed. */
export const openGateway = async (port: number, told: Told): Promise<OpenGateway> => {
  const served = Promise.withResolvers<{ routeOf: ReturnType<typeof router>; admits: () => boolean }>();

  const resultOf = async (request: IncomingMessage, requestId: string): Promise<Result> => {
    const body = await read(request);
    if (!isLoopback(request.headers.host)) throw new GatewayAnswer(403, 'Forbidden');
    const { routeOf, admits } = await served.promise;
    if (!admits()) throw new GatewayAnswer(429, 'Too Many Requests');
    if (body === undefined) throw new GatewayAnswer(413, 'Request Entity Too Large');
    const match = routeOf(request.method ?? 'GET', targetOf(request).path);
    if (!match) throw new GatewayAnswer(404, 'Not Found');
    return invoke(match, requestEvent(request, body, match, requestId));
  };

  const server = createServer({ maxHeaderSize: HEADERS_LIMIT }, async (request, response) => {
    const started = performance.now();
    const requestId = randomUUID();
    try {
      send(response, await resultOf(request, requestId), requestId);
    } catch (error) {
      // The client has left.
      if (request.destroyed && !request.complete) return;
      send(response, ownAnswer(error), requestId);
    }
    told({
      status: response.statusCode,
      milliseconds: performance.now() - started,
      method: request.method ?? '',
      path: targetOf(request).path,
    });
  });
  server.on('clientError', refuseUnreadable);
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () => close(server),
    serve: ({ routes, throttle }) =>
      served.resolve({ routeOf: router(routes), admits: throttle ? tokenBucket(throttle) : () => true }),
  };
};

/**
 * API Gateway answers so where the name is of none of its APIs. Here it keeps out a page whose own name was made to lead
 * to this machine (DNS rebinding).
 */
const isLoopback = (host = ''): boolean =>
  URL.canParse(`http://${host}`) && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(`http://${host}`).hostname);

/** Undefined for a body over the limit, of which nothing is kept. */
const read = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > PATIENCE_LIMIT) return undefined;
    if (size > BODY_LIMIT) chunks.length = 0;
    else chunks.push(chunk);
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
};

/** What the function returned, read as payload format 2.0 does. */
const invoke = async ({ route }: RouteMatch, event: object): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GatewayAnswer(503, 'Service Unavailable')), route.timeoutMs);
  });
  try {
    const result = await Promise.race([route.target.invoke(event), timeout]);
    if (typeof result !== 'object' || result === null || !('statusCode' in result)) return plain(result);
    if (!isResult(result)) throw new GatewayAnswer(500, 'Internal Server Error');
    return result;
  } finally {
    clearTimeout(timer);
  }
};

const isResult = (result: object & { statusCode: unknown }): result is Result =>
  Number.isInteger(result.statusCode) &&
  Number(result.statusCode) >= 100 &&
  Number(result.statusCode) <= 599 &&
  (!('body' in result) || typeof result.body === 'string');

/** A function may answer with no more than its body. */
const plain = (result: unknown): Result => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: typeof result === 'string' ? result : JSON.stringify(result),
});

/** A function that fails, in whatever way, is `500`; one that is still running when the gateway gives up is `503`. */
const ownAnswer = (error: unknown): Result => {
  const known = error instanceof FunctionError || error instanceof PayloadTooLarge || error instanceof GatewayAnswer;
  if (!known) console.error(error);
  const { status, message } =
    error instanceof GatewayAnswer
      ? error
      : error instanceof PayloadTooLarge
        ? new GatewayAnswer(413, 'Request Too Long')
        : new GatewayAnswer(500, 'Internal Server Error');
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  };
};

const send = (
  response: ServerResponse,
  { statusCode, headers = {}, cookies, body = '', isBase64Encoded }: Result,
  requestId: string,
): void => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const challenge = given['www-authenticate'];
  response
    .writeHead(statusCode, {
      ...given,
      // API Gateway renames it; both are here, so that neither kind of client is surprised (docs/adr/0021).
      ...(challenge && { 'x-amzn-remapped-www-authenticate': challenge }),
      ...(cookies && { 'set-cookie': cookies }),
      // None with an answer that has no body by its status (RFC 9110, 8.6).
      ...(statusCode !== 204 && statusCode !== 304 && { 'content-length': bytes.length }),
      'apigw-requestid': requestId,
      ...(!response.req.complete && { connection: 'close' }),
    })
    .end(bytes);
};

/** Bytes that are no HTTP, or more header than the gateway takes. */
const refuseUnreadable = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable) return;
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const message = tooLarge ? 'Request Header Fields Too Large' : 'Bad Request';
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${tooLarge ? 431 : 400} ${message}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`port ${port} is in use: choose another with --port N, or --port 0`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
