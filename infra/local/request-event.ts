import type { IncomingMessage } from 'node:http';
import { localAccount } from './aws.ts';
import type { RouteMatch } from './routes.ts';

/** Headers that concern one connection: they end at the gateway. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** The query as the client wrote it, the path decoded: routes are looked for by that (docs/adr/0021). */
export const targetOf = ({ url = '/' }: IncomingMessage): { path: string; query: string } => {
  const origin = /^https?:\/\/[^/?]*/i.exec(url)?.[0] ?? '';
  const [path = '', ...query] = url.slice(origin.length).split('?');
  return { path: path.startsWith('/') ? decoded(path) : '/', query: query.join('?') };
};

/** Once. What is no UTF-8, or no escape, stays as it is. */
const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/**
 * The event of a request, in payload format 2.0 ("AWS Lambda proxy integrations for HTTP APIs", API Gateway developer
 * guide): names of headers in lower case, several of one name joined by commas, cookies apart.
 */
export const requestEvent = (
  request: IncomingMessage,
  body: Buffer,
  { route, pathParameters }: RouteMatch,
  requestId: string,
): object => {
  const { path, query } = targetOf(request);
  const { cookie, ...headers } = headersOf(request);
  const parameters = new URLSearchParams(query);
  const names = [...new Set(parameters.keys())];
  const method = request.method ?? 'GET';
  const now = new Date();
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split(/[;,]\s*/) }),
    headers,
    ...(names.length > 0 && {
      queryStringParameters: Object.fromEntries(names.map((name) => [name, parameters.getAll(name).join(',')])),
    }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: localAccount,
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(body, headers['content-type']),
  };
};

const sourceIp = (request: IncomingMessage): string => request.socket.remoteAddress ?? '127.0.0.1';

const headersOf = (request: IncomingMessage): Record<string, string> => {
  const given = Object.entries(request.headersDistinct)
    .filter(([name]) => !HOP_BY_HOP.has(name))
    .map(([name, values = []]): [string, string] => [name, values.join(',')]);
  const headers = Object.fromEntries(given);
  const via = sourceIp(request);
  return {
    ...headers,
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${via}` : via,
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
};

/** Text comes as it is; bytes of any other content type, or that are no UTF-8, in Base64. */
const bodyOf = (body: Buffer, contentType = ''): object => {
  if (body.length === 0) return { isBase64Encoded: false };
  const isBase64Encoded = !isText(contentType) || !isUtf8(body);
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
};

const isText = (contentType: string): boolean =>
  contentType === '' ||
  /^\s*(text\/|application\/(json|javascript|xml|x-www-form-urlencoded|[\w.+-]+\+(json|xml)))/i.test(contentType);

const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** `12/Mar/2026:19:03:58 +0000` */
const commonLogTime = (time: Date): string => {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
};
