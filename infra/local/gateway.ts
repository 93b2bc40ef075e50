import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { localAccount } from './aws.ts';
import { FunctionError } from './environment.ts';
import { type LocalFunction, PAYLOAD_LIMIT } from './functions.ts';

/** Routes and throttle of an `AWS::ApiGatewayV2::Api`, from the template. */
export type Api = {
  routes: readonly { key: string; target: LocalFunction }[];
  throttle?: { rateLimit: number; burstLimit: number };
};

export type Gateway = { url: string; close: () => Promise<void> };

/** Limits of an HTTP API (API Gateway quotas): 10 MB of payload, 10,240 bytes of request line and headers, 30 s. */
const BODY_LIMIT = 10 * 1024 * 1024;
const HEADERS_LIMIT = 10_240;
const INTEGRATION_TIMEOUT_MS = 30_000;

/** What API Gateway answers by itself. */
class GatewayAnswer extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Answered = { status: number; milliseconds: number; method: string; path: string };

/** Serves the API on 127.0.0.1. `port` 0 takes any free one. */
export const serveApi = async (api: Api, port: number, told: (answered: Answered) => void): Promise<Gateway> => {
  const routes = api.routes.map(({ key, target }) => ({ ...matcherOf(key), key, target }));
  const admit = tokenBucket(api.throttle);
  const server = createServer({ maxHeaderSize: HEADERS_LIMIT }, async (request, response) => {
    const started = performance.now();
    const { pathname } = addressOf(request);
    try {
      if (!admit()) throw new GatewayAnswer(429, 'Too Many Requests');
      const route = routes.find(({ matches }) => matches(request.method ?? 'GET', pathname));
      if (!route) throw new GatewayAnswer(404, 'Not Found');
      const event = await eventOf(request, route.key);
      if (Buffer.byteLength(JSON.stringify(event)) > PAYLOAD_LIMIT) throw new GatewayAnswer(413, 'Request Too Long');
      send(response, await invoke(route.target, event));
    } catch (error) {
      const { status, message } =
        error instanceof GatewayAnswer ? error : new GatewayAnswer(500, 'Internal Server Error');
      send(response, {
        statusCode: status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message }),
      });
    }
    told({
      status: response.statusCode,
      milliseconds: performance.now() - started,
      method: request.method ?? '',
      path: pathname,
    });
  });
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return { url: `http://127.0.0.1:${bound}`, close: () => close(server) };
};

const addressOf = (request: IncomingMessage): URL =>
  new URL(`http://local${request.url?.startsWith('/') ? request.url : '/'}`);

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} is in use: choose another with --port N, or --port 0`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** `POST /tools/atp_set`, `ANY /{proxy+}` and the like. Exact paths stand before greedy ones in our templates; `$default` is last. */
const matcherOf = (key: string): { matches: (method: string, path: string) => boolean } => {
  if (key === '$default') return { matches: () => true };
  const [wanted = '', path = ''] = key.split(' ');
  const pattern = path
    .split(/(\{[^}]+\})/)
    .map((part) =>
      part.startsWith('{') ? (part.endsWith('+}') ? '.+' : '[^/]+') : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  const expression = new RegExp(`^${pattern}$`);
  return { matches: (method, given) => (wanted === 'ANY' || wanted === method) && expression.test(given) };
};

/** A token bucket, as throttling is documented: `rateLimit` a second, `burstLimit` at once. */
const tokenBucket = (throttle: Api['throttle']): (() => boolean) => {
  if (!throttle) return () => true;
  const { rateLimit, burstLimit } = throttle;
  let tokens = burstLimit;
  let filled = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(burstLimit, tokens + ((now - filled) / 1000) * rateLimit);
    filled = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};

/** Payload format 2.0. Text is handed on as text; other content types, and bytes that are no UTF-8, come in Base64. */
const eventOf = async (request: IncomingMessage, routeKey: string): Promise<object> => {
  const body = await bodyOf(request);
  const { pathname, search, searchParams } = addressOf(request);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
  const asText = isText(headers['content-type'] ?? '') && isUtf8(body);
  const query = [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(',')]);
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: localAccount,
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date().toUTCString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: asText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  };
};

const isText = (contentType: string): boolean =>
  contentType === '' ||
  /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded|[\w.+-]+\+(json|xml)))/i.test(contentType);

const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new GatewayAnswer(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

type Result = {
  statusCode: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** What the function returned, read as payload format 2.0 does; what it failed with, as the gateway answers it. */
const invoke = async (target: LocalFunction, event: object): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GatewayAnswer(503, 'Service Unavailable')), INTEGRATION_TIMEOUT_MS);
  });
  try {
    const result = await Promise.race([target.invoke(event), timeout]);
    if (typeof result === 'object' && result !== null && 'statusCode' in result) return result as Result;
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof result === 'string' ? result : JSON.stringify(result),
    };
  } catch (error) {
    throw error instanceof FunctionError ? new GatewayAnswer(500, 'Internal Server Error') : error;
  } finally {
    clearTimeout(timer);
  }
};

const send = (
  response: ServerResponse,
  { statusCode, headers = {}, cookies, body = '', isBase64Encoded }: Result,
): void => {
  const bytes = isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body);
  response
    .writeHead(statusCode, {
      ...headers,
      ...(cookies && { 'set-cookie': cookies }),
      'content-length': bytes.length,
      'apigw-requestid': randomUUID(),
      ...(!response.req.complete && { connection: 'close' }),
    })
    .end(bytes);
};
