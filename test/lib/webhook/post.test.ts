import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { post } from '../../../lib/webhook/post.ts';
import { FarEnd, type Reply } from '../../support/far-end.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }));

let farEnd: FarEnd;
let port: string;
beforeAll(async () => {
  farEnd = await FarEnd.listen();
  port = new URL(farEnd.url).port;
});
afterAll(() => farEnd.close());

const says =
  (status: number, headers = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end('never read');

/** What the name resolves to, one answer for each look-up. */
const resolves = (...answers: string[][]): void => {
  const mock = vi.mocked(lookup) as unknown as ReturnType<typeof vi.fn>;
  mock.mockReset();
  for (const addresses of answers)
    mock.mockResolvedValueOnce(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
};
beforeEach(() => farEnd.script(says(204)));

const local = { loopback: true };
const atName = (): string => `http://receiver.example:${port}/in?team=1`;

test('given a name, then it is resolved once, and what was looked at is what is connected to', async () => {
  resolves(['127.0.0.1'], ['10.0.0.1']);
  expect(await post(atName(), '{"a":1}', { 'webhook-id': 'evt_1' }, local)).toBe(204);
  expect(vi.mocked(lookup)).toHaveBeenCalledTimes(1);
  const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: {} }] = farEnd.received;
  expect({ method, path, body }).toEqual({ method: 'POST', path: '/in?team=1', body: { a: 1 } });
  expect(headers).toMatchObject({
    host: `receiver.example:${port}`,
    'content-type': 'application/json',
    'webhook-id': 'evt_1',
  });
});

test.each([
  ['private', ['10.0.0.1']],
  ['the metadata service', ['169.254.169.254']],
  ['this machine', ['127.0.0.1']],
  ['public, and private beside it', ['93.184.215.14', '192.168.0.1']],
  ['this machine by IPv6', ['::1']],
  ['none', []],
])('given a name whose address is %s, then nothing is sent there', async (_, addresses) => {
  resolves(addresses);
  const sent = post(`https://receiver.example:${port}/`, '{}', {}, { loopback: false });
  await expect(sent).rejects.toMatchObject({ name: 'ForbiddenTarget' });
  expect(farEnd.received).toEqual([]);
});

test('given the local stack, then without TLS only this machine is called', async () => {
  resolves(['93.184.215.14']);
  await expect(post(atName(), '{}', {}, local)).rejects.toThrow('only https');
  resolves(['10.0.0.1']);
  await expect(post(atName(), '{}', {}, local)).rejects.toThrow('not public');
});

test('given https, then the address that was looked at is asked for the name, and nothing is said to it without TLS', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hello = once(server, 'connection').then(async ([socket]: Socket[]) => {
    const [bytes] = (await once(socket as Socket, 'data')) as [Buffer];
    socket?.destroy();
    return bytes;
  });
  resolves(['127.0.0.1']);
  const { port: tls } = server.address() as AddressInfo;
  await expect(post(`https://receiver.example:${tls}/in`, '{"a":1}', {}, local)).rejects.toThrow();
  // A record of a TLS handshake, with the server name in the clear (RFC 8446, RFC 6066).
  const bytes = await hello;
  expect(bytes[0]).toBe(22);
  expect(bytes.toString('latin1')).toContain('receiver.example');
  expect(bytes.toString('latin1')).not.toContain('/in');
  server.close();
});

test('given a redirect, then it is not followed', async () => {
  resolves(['127.0.0.1']);
  farEnd.script(says(302, { location: `${farEnd.url}/elsewhere` }));
  expect(await post(atName(), '{}', {}, local)).toBe(302);
  expect(farEnd.received).toHaveLength(1);
});

test('given a receiver that never answers, or a name that is never resolved, then it is given up in time', async () => {
  resolves(['127.0.0.1']);
  farEnd.script(() => undefined);
  await expect(post(atName(), '{}', {}, { ...local, timeoutMs: 100 })).rejects.toThrow('no answer in time');
  resolves();
  vi.mocked(lookup).mockReturnValueOnce(new Promise(() => undefined));
  await expect(post(atName(), '{}', {}, { ...local, timeoutMs: 100 })).rejects.toThrow('no answer in time');
});
