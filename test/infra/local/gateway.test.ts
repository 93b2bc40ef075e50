import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type Answered, type Api, serveApi } from '../../../infra/local/gateway.ts';
import type { Route } from '../../../infra/local/routes.ts';
import { givenFunction } from '../../support/bundle.ts';

const echo = 'export const handler = (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

type Given = Pick<Api, 'throttle'> & { timeoutMs?: number; timeoutSeconds?: number };

/** Serves one function under these route keys. */
const givenApi = async (source: string, keys: readonly string[], given: Given = {}) => {
  const { timeoutMs = 30_000, timeoutSeconds = 10, ...rest } = given;
  const { target } = givenFunction(source, { timeoutSeconds });
  const routes = keys.map((key): Route => ({ key, target, timeoutMs }));
  const told: Answered[] = [];
  const gateway = await serveApi({ routes, ...rest }, 0, (answered) => told.push(answered));
  onTestFinished(gateway.close);
  return { url: gateway.url, told };
};

type Json = { [name: string]: unknown };
const jsonOf = async (answer: Response): Promise<Json> => (await answer.json()) as Json;

/** Sends bytes as they stand, and answers all that comes back. */
const exchange = async (url: string, bytes: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
};

test('given a route, when it is called, then the function sees the request in payload format 2.0', async () => {
  const { url } = await givenApi(echo, ['POST /tools/atp_set']);
  const answer = await fetch(`${url}/tools/atp_set?a=1&b=x%20y&a=2`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'one=1; two=2', 'User-Agent': 'test', 'X-Turn-Id': 'T' },
    body: '{"atpId":"AT-é"}',
  });
  const event = await jsonOf(answer);
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /tools/atp_set',
    rawPath: '/tools/atp_set',
    rawQueryString: 'a=1&b=x%20y&a=2',
    cookies: ['one=1', 'two=2'],
    queryStringParameters: { a: '1,2', b: 'x y' },
    headers: { 'content-type': 'application/json', 'x-turn-id': 'T', 'x-forwarded-for': '127.0.0.1' },
    requestContext: {
      stage: '$default',
      routeKey: 'POST /tools/atp_set',
      requestId: answer.headers.get('apigw-requestid'),
      http: { method: 'POST', path: '/tools/atp_set', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"atpId":"AT-é"}',
    isBase64Encoded: false,
  });
  expect(event.headers).not.toHaveProperty('cookie');
  expect(event.headers).not.toHaveProperty('connection');
});

test('given a header that comes twice, when the function sees it, then its values are joined by a comma', async () => {
  const { url } = await givenApi(echo, ['$default']);
  const answer = await exchange(
    url,
    'GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: one\r\nauthorization: two\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('"authorization":"one,two"');
});

test.each([
  ['application/json', '{}', false],
  ['application/problem+json; charset=utf-8', '{}', false],
  ['text/plain', 'text', false],
  ['application/octet-stream', 'text', true],
  ['image/png', 'text', true],
  ['application/json', Buffer.from([0x7b, 0xff, 0x7d]), true],
])(
  'given a body of %s, when the function sees it, then it is Base64 only if it is no text',
  async (type, body, encoded) => {
    const { url } = await givenApi(echo, ['$default']);
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(await answer.json()).toMatchObject({
      isBase64Encoded: encoded,
      body: encoded ? Buffer.from(body).toString('base64') : body,
    });
  },
);

test('given routes that overlap, when a path fits several, then the most specific one answers', async () => {
  const keys = ['$default', 'ANY /{proxy+}', 'ANY /tools/{tool}', 'POST /tools/{tool}', 'POST /tools/atp_set'];
  const { url } = await givenApi(echo, keys);
  const routeOf = async (method: string, path: string) => (await jsonOf(await fetch(url + path, { method }))).routeKey;
  expect(await routeOf('POST', '/tools/atp_set')).toBe('POST /tools/atp_set');
  expect(await routeOf('POST', '/tools/other')).toBe('POST /tools/{tool}');
  expect(await routeOf('PUT', '/tools/atp_set')).toBe('ANY /tools/{tool}');
  expect(await routeOf('GET', '/tools/a/b')).toBe('ANY /{proxy+}');
  expect(await routeOf('GET', '/')).toBe('$default');
});

test('given escapes in a path, when it is called, then routes and functions see it decoded, once', async () => {
  const { url } = await givenApi(echo, ['GET /files/{name}', '$default']);
  const seen = async (path: string) => jsonOf(await fetch(url + path));
  expect(await seen('/files/AT%2D1%20%C3%A9%2541')).toMatchObject({
    rawPath: '/files/AT-1 é%41',
    pathParameters: { name: 'AT-1 é%41' },
  });
  expect(await seen('/files/a%2Fb')).toMatchObject({ routeKey: '$default' });
  expect(await seen('/files/%ff')).toMatchObject({ pathParameters: { name: '%ff' } });
});

test.each([204, 304])('given a function that answers %i, then the answer says no length', async (statusCode) => {
  const { url } = await givenApi(`export const handler = () => ({ statusCode: ${statusCode} });`, ['$default']);
  const answer = await exchange(url, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(`HTTP/1.1 ${statusCode}`);
  expect(answer.toLowerCase()).not.toContain('content-length');
});

test('given a route with variables, when it is called, then the function sees their values', async () => {
  const { url } = await givenApi(echo, ['GET /files/{name}/{rest+}']);
  expect(await (await fetch(`${url}/files/one/two/three`)).json()).toMatchObject({
    pathParameters: { name: 'one', rest: 'two/three' },
  });
});

test.each(['HEAD', 'OPTIONS', 'DELETE'])(
  'given no route for %s, when it is called, then $default answers',
  async (method) => {
    const { url } = await givenApi('export const handler = (event) => ({ statusCode: 404, body: event.routeKey });', [
      'POST /tools/atp_set',
      '$default',
    ]);
    const answer = await fetch(`${url}/tools/atp_set`, { method });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe(method === 'HEAD' ? '' : '$default');
  },
);

test('given no route at all, when it is called, then the gateway itself answers', async () => {
  const { url } = await givenApi(echo, ['GET /healthz']);
  const answer = await fetch(`${url}/other`);
  expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
});

test('given what a function returns, when it is sent, then status, headers, cookies and bytes are the function’s', async () => {
  const source = `export const handler = () => ({ statusCode: 401, isBase64Encoded: true, body: 'AAH/',
    headers: { 'WWW-Authenticate': 'Bearer', 'Content-Type': 'image/png', 'X-Number': 7 }, cookies: ['a=1', 'b=2'] });`;
  const { url } = await givenApi(source, ['$default']);
  const answer = await fetch(url);
  expect(answer.status).toBe(401);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 1, 255]));
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-number': '7',
    'www-authenticate': 'Bearer',
    'x-amzn-remapped-www-authenticate': 'Bearer',
  });
});

test('given a function that returns no status, when it is called, then what it returned is the body', async () => {
  const { url } = await givenApi('export const handler = () => ({ status: "ok" });', ['$default']);
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await answer.json()).toEqual({ status: 'ok' });
});

const internal = { status: 500, message: 'Internal Server Error' };
test.each([
  ['throws', 'throw new Error("table HotfixTable is gone")', internal],
  ['exits', 'process.exit(1)', internal],
  ['returns a status that is none', 'return { statusCode: "many" }', internal],
  ['returns a body that is no text', 'return { statusCode: 200, body: { a: 1 } }', internal],
  ['returns more than 6 MB', 'return { statusCode: 200, body: "x".repeat(7e6) }', internal],
  ['takes longer than its own time', 'return new Promise((done) => setTimeout(done, 60e3))', internal],
])(
  'given a function that %s, when it is called, then the gateway answers in its own form',
  async (_, body, expected) => {
    const { url } = await givenApi(`export const handler = async () => { ${body} };`, ['$default'], {
      timeoutSeconds: 1,
    });
    const answer = await fetch(url);
    expect({ status: answer.status, ...(await jsonOf(answer)) }).toEqual(expected);
  },
);

test('given a function slower than the gateway waits, when it is called, then the gateway gives up by itself', async () => {
  const source = 'export const handler = () => new Promise((done) => setTimeout(done, 60e3));';
  const { url } = await givenApi(source, ['$default'], { timeoutMs: 50 });
  const answer = await fetch(url);
  expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }]);
});

test.each([
  ['over what a function takes (6 MB)', 7, 'Request Too Long'],
  ['over what the gateway takes (10 MB)', 11, 'Request Entity Too Large'],
])('given a body %s, when it is sent, then it is refused with 413', async (_, megabytes, message) => {
  const { url } = await givenApi(echo, ['$default']);
  const body = 'x'.repeat(megabytes * 1024 * 1024);
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  expect([answer.status, await answer.json()]).toEqual([413, { message }]);
});

test('given more header than the gateway takes, when it is sent, then it is refused', async () => {
  const { url } = await givenApi(echo, ['$default']);
  const answer = await exchange(url, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(11_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 [\s\S]*\{"message":"Request Header Fields Too Large"\}$/);
});

test('given bytes that are no HTTP, when they are sent, then they are refused', async () => {
  const { url } = await givenApi(echo, ['$default']);
  expect(await exchange(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*\{"message":"Bad Request"\}$/);
});

test('given a throttle, when more calls come at once than its burst, then those are answered 429', async () => {
  const { url, told } = await givenApi(echo, ['$default'], { throttle: { rateLimit: 0.001, burstLimit: 2 } });
  const answers = await Promise.all([1, 2, 3].map(() => fetch(url)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(await refused[0]?.json()).toEqual({ message: 'Too Many Requests' });
  expect(told.map(({ status }) => status).toSorted()).toEqual([200, 200, 429]);
});

test('given a port in use, when an API is to be served there, then one line says so', async () => {
  const { url } = await givenApi(echo, ['$default']);
  const port = Number(new URL(url).port);
  await expect(serveApi({ routes: [] }, port, () => undefined)).rejects.toThrow(
    `port ${port} is in use: choose another`,
  );
});

test.each([
  ['localhost', 200],
  ['127.0.0.1:4010', 200],
  ['[::1]:4010', 200],
  ['evil.example', 403],
  ['localhost.evil.example', 403],
])('given the host %s, when it is called, then it answers %i', async (host, status) => {
  const { url } = await givenApi(echo, ['$default']);
  const answer = await exchange(url, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  if (status === 403) expect(answer).toContain('{"message":"Forbidden"}');
});
