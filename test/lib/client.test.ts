import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, createGovernance, GovernanceError, type Options } from '../../lib/client.ts';
import { toolNames } from '../../lib/model.ts';
import { mintToken } from '../../lib/principal.ts';
import { httpStatus } from '../../lib/refusal.ts';
import {
  answers,
  cutsShort,
  FarEnd,
  gatewaySays,
  hangs,
  refuses,
  saysInHtml,
  tears,
  tearsInTheMiddle,
} from '../support/far-end.ts';

const { token } = mintToken('@pm');
const start = { atpId: 'AT-1', status: 'InProgress' } as const;
const done = { atp: { atpId: 'AT-1' }, next: [] };

let farEnd: FarEnd;
beforeAll(async () => {
  farEnd = await FarEnd.listen();
});
afterAll(() => farEnd.close());

const client = (options: Partial<Options> = {}) =>
  createGovernance({ url: farEnd.url, token, backoffMs: 1, ...options });
/** The error of a call that must fail. */
const failure = async (call: Promise<unknown>): Promise<GovernanceError> => {
  const error = await call.then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GovernanceError)) throw error;
  return error;
};
const keysSent = () => farEnd.received.map(({ headers }) => headers['idempotency-key']);

describe('a call', () => {
  it('posts its input as JSON to the tool, with the token, and answers the body', async () => {
    farEnd.script(answers(done));
    await expect(client().atp_set(start)).resolves.toEqual(done);
    expect(farEnd.received).toMatchObject([
      {
        method: 'POST',
        path: '/tools/atp_set',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: start,
      },
    ]);
  });

  it.each(toolNames)('of %s goes to its own path', async (tool) => {
    farEnd.script(answers(done));
    await (client()[tool] as (input: object) => Promise<unknown>)({});
    expect(farEnd.received.map(({ path }) => path)).toEqual([`/tools/${tool}`]);
  });

  it.each(['', '/', '/stage', '/stage/'])('given a url that ends in %j, then the path follows it', async (path) => {
    farEnd.script(answers(done));
    await client({ url: farEnd.url + path }).flow_get({ type: 'hotfix' });
    expect(farEnd.received[0]?.path).toBe(`${path.replace(/\/$/, '')}/tools/flow_get`);
  });

  it('that writes has a key of its own each time, one that reads has none', async () => {
    farEnd.script(answers(done));
    const governance = client();
    await governance.atp_set(start);
    await governance.atp_set(start);
    await governance.atp_get({ atpId: 'AT-1' });
    const [first, second, none] = keysSent();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(none).toBeUndefined();
  });

  it("sends the caller's key and turn", async () => {
    farEnd.script(answers(done));
    await client({ turnId: 't-0' }).atp_set(start, { idempotencyKey: 'k-1', turnId: 't-1' });
    expect(farEnd.received[0]?.headers).toMatchObject({ 'idempotency-key': 'k-1', 'x-turn-id': 't-1' });
  });

  it('given options that are undefined, then the defaults hold', async () => {
    farEnd.script(answers(done));
    const nothing = { idempotencyKey: undefined, attempts: undefined, timeoutMs: undefined } as unknown as CallOptions;
    await client().atp_set(start, nothing);
    expect(keysSent()[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a client bound to a turn', () => {
  it('names the turn in every call, and the client it came from names none', async () => {
    farEnd.script(answers(done));
    const governance = client();
    const turn = governance.turn('t-7');
    await turn.atp_set(start);
    await turn.atp_get({ atpId: 'AT-1' });
    await governance.atp_set(start);
    expect(farEnd.received.map(({ headers }) => headers['x-turn-id'])).toEqual(['t-7', 't-7', undefined]);
  });

  it('makes up its id where none is given, another one each time', async () => {
    farEnd.script(answers(done));
    const governance = client();
    await governance.turn().atp_set(start);
    await governance.turn().atp_set(start);
    const [first, second] = farEnd.received.map(({ headers }) => headers['x-turn-id']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });
});

describe('a refusal of the service', () => {
  const problem = {
    code: 'REPORT_MISSING',
    detail: 'There is no verification report.',
    requestId: 'r-9',
    current: { status: 'Complete', role: '@pm' },
    next: [{ tool: 'artifact_create', role: '@pm', why: 'Verify.' }],
    issues: [{ path: 'gates', message: 'is missing' }],
  };

  it('is thrown whole, with the key of the call', async () => {
    farEnd.script(refuses(409, problem));
    const error = await failure(client().atp_close({ atpId: 'AT-1' }, { idempotencyKey: 'k-2' }));
    expect(error).toMatchObject({ ...problem, status: 409, tool: 'atp_close', idempotencyKey: 'k-2' });
    expect(error.message).toBe('atp_close: REPORT_MISSING: There is no verification report.');
  });

  const passing = ['THROTTLED', 'UNAVAILABLE'];
  const codes = Object.entries(httpStatus);
  it.each(codes.filter(([code]) => !passing.includes(code)))('%s is never sent again', async (code, status) => {
    farEnd.script(refuses(status, { code }));
    const error = await failure(client().atp_set(start));
    expect(error).toMatchObject({ code, status });
    expect(farEnd.received).toHaveLength(1);
  });

  it.each(codes.filter(([code]) => passing.includes(code)))(
    '%s is sent again with the same key',
    async (code, status) => {
      farEnd.script(refuses(status, { code }), refuses(status, { code }), answers(done));
      await expect(client().atp_set(start)).resolves.toEqual(done);
      expect(farEnd.received).toHaveLength(3);
      expect(new Set(keysSent()).size).toBe(1);
    },
  );
});

describe('what API Gateway or a proxy says by itself', () => {
  it.each([
    [400, 'INVALID_INPUT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
    [405, 'NOT_FOUND'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [414, 'INVALID_INPUT'],
    [431, 'INVALID_INPUT'],
  ] as const)('with status %d is %s and stays', async (status, code) => {
    farEnd.script(gatewaySays(status, 'Words of its own', { 'apigw-requestid': 'g-1' }));
    const error = await failure(client().atp_set(start));
    expect(error).toMatchObject({ code, status, requestId: 'g-1' });
    expect(error.detail).not.toContain('Words of its own');
    expect(farEnd.received).toHaveLength(1);
  });

  it.each([
    [429, 'THROTTLED'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'UNAVAILABLE'],
  ] as const)('with status %d is sent again with the same key, and %s in the end', async (status, code) => {
    farEnd.script(gatewaySays(status, 'Too Many Requests'), saysInHtml(status), answers(done));
    await expect(client().atp_set(start)).resolves.toEqual(done);
    expect(new Set(keysSent()).size).toBe(1);

    farEnd.script(gatewaySays(status, 'Too Many Requests'));
    const error = await failure(client({ attempts: 3 }).atp_set(start));
    expect(error).toMatchObject({ code, status });
    expect(farEnd.received).toHaveLength(3);
  });

  it.each([200, 204, 302, 307])('with status %d and no JSON is no answer of the service: NOT_FOUND', async (status) => {
    farEnd.script(saysInHtml(status, { location: '/elsewhere' }));
    const error = await failure(client().atp_set(start));
    expect(error).toMatchObject({ code: 'NOT_FOUND', status });
    expect(farEnd.received.map(({ path }) => path)).toEqual(['/tools/atp_set']);
  });

  it('that looks like a problem but has a code of its own is told by its status', async () => {
    farEnd.script(refuses(409, { code: 'toString', detail: 'x' }));
    await expect(failure(client().atp_set(start))).resolves.toMatchObject({ code: 'INVALID_INPUT', status: 409 });
  });
});

describe('a call without an answer', () => {
  it.each([
    ['a torn connection', tears],
    ['a connection torn in the middle of the answer', tearsInTheMiddle],
    ['an answer cut short', cutsShort],
  ])('given %s, then it is sent again with the same key', async (_, reply) => {
    farEnd.script(reply, reply, answers(done));
    await expect(client().message_ack({ messageId: 'm-1' })).resolves.toEqual(done);
    expect(farEnd.received).toHaveLength(3);
    expect(new Set(keysSent()).size).toBe(1);
  });

  it('given an answer slower than timeoutMs, then it is given up and sent again', async () => {
    farEnd.script(hangs, answers(done));
    await expect(client({ timeoutMs: 100 }).atp_set(start)).resolves.toEqual(done);
    expect(new Set(keysSent()).size).toBe(1);
  });

  it.each([
    ['tears every connection', tears, /^No answer from http:\/\/127\.0\.0\.1:\d+: .+ same idempotencyKey/],
    ['never answers', hangs, /none within 50 ms/],
    ['cuts every answer short', cutsShort, /cut off/],
  ])(
    'given a far end that %s, then UNAVAILABLE after the last attempt, with the key to ask again',
    async (_, reply, detail) => {
      farEnd.script(reply);
      const error = await failure(client({ attempts: 2, timeoutMs: 50 }).atp_set(start));
      expect(error).toMatchObject({ code: 'UNAVAILABLE', status: undefined, idempotencyKey: keysSent()[0] });
      expect(error.detail).toMatch(detail);
      expect(farEnd.received).toHaveLength(2);
    },
  );

  it('given nobody there, then UNAVAILABLE names the address and the reason', async () => {
    const error = await failure(client({ url: await nobody() }).atp_set(start));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('given one attempt, then it is sent once', async () => {
    farEnd.script(tears);
    await failure(client().atp_set(start, { attempts: 1 }));
    expect(farEnd.received).toHaveLength(1);
  });
});

/** An address where nobody listens. */
const nobody = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};

describe('an aborted call', () => {
  it('given a signal aborted before, then nothing is sent', async () => {
    farEnd.script(answers(done));
    const reason = new Error('no longer needed');
    await expect(client().atp_set(start, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(farEnd.received).toHaveLength(0);
  });

  it('given a signal aborted while it waits for the answer, then it rejects with the reason and is not sent again', async () => {
    const abort = new AbortController();
    const reason = new Error('no longer needed');
    farEnd.script(() => abort.abort(reason));
    await expect(client().atp_set(start, { signal: abort.signal })).rejects.toBe(reason);
    expect(farEnd.received).toHaveLength(1);
  });

  it('given a signal aborted while it pauses, then it rejects with the reason and is not sent again', async () => {
    const abort = new AbortController();
    const reason = new Error('no longer needed');
    farEnd.script(async (response, request) => {
      await refuses(503, { code: 'UNAVAILABLE' }, { 'retry-after': '5' })(response, request);
      response.once('close', () => setTimeout(() => abort.abort(reason), 20));
    });
    await expect(client().atp_set(start, { signal: abort.signal })).rejects.toBe(reason);
    expect(farEnd.received).toHaveLength(1);
  });
});

describe('the token', () => {
  const everything = (error: unknown) => inspect(error, { depth: Infinity, showHidden: true });

  it.each([
    ['a refusal that repeats it', refuses(409, { code: 'NOT_OWNER', detail: `Bearer ${token} is not the owner.` })],
    ['a proxy that echoes the request', gatewaySays(502, `authorization: Bearer ${token}`)],
    ['a torn connection', tears],
    [
      'an answer cut short that holds it',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(token),
    ],
  ] as const satisfies [string, Parameters<FarEnd['script']>[0]][])(
    'given %s, then no error holds it',
    async (_, reply) => {
      farEnd.script(reply);
      expect(everything(await failure(client({ attempts: 1 }).atp_set(start)))).not.toContain(token);
    },
  );

  it.each([`${token}\n`, ` ${token}`, 'tökén', ''])(
    'that no header can carry is refused by a word that does not repeat it',
    (bad) => {
      expect(() => client({ token: bad })).toThrow(new TypeError('token must be visible ASCII'));
    },
  );
});

describe('an option that cannot be meant', () => {
  it.each([
    '127.0.0.1:4010',
    'ftp://example.org',
    'http://user:secret@example.org',
    'http://example.org/?key=secret',
    '',
  ])('given the url %j, then it is refused and not repeated', (url) => {
    expect(() => client({ url })).toThrow(/^url must be an http or https address/);
  });

  it.each(['idempotencyKey', 'turnId'])(
    'given a line break in %s, then it is refused before anything is sent',
    async (name) => {
      farEnd.script(answers(done));
      await expect(client().atp_set(start, { [name]: 'a\nb' })).rejects.toThrow(`${name} must be visible ASCII`);
      expect(farEnd.received).toHaveLength(0);
    },
  );
});
