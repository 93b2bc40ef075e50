import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { letter } from '../support/overtaken.ts';
import { type Body, Given, Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const data = mkdtempSync(join(tmpdir(), 'rest-'));
let stack: RunningStack;
let service: Service;
let given: Given;
let atpId: string;
beforeAll(async () => {
  stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0 });
  service = await Service.behind(stack);
  given = new Given(service);
  atpId = await given.completed();
  await given.directed();
  // Publication marks messages: afterwards nothing here changes by itself.
  await until(async () => {
    const { messages } = await service.done('pm-1', 'message_list', { atpId });
    const { messages: open } = await service.done('dev-1', 'message_list', { open: true });
    return [...messages, ...open].every((each) => each.messageType !== 'Directive' || each.publishedAt);
  });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(data, { recursive: true, force: true });
});

const get = async (who: string, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(stack.url + path, {
    headers: { authorization: `Bearer ${service.tokens[who] ?? who}`, ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, text, body: (text ? JSON.parse(text) : undefined) as Body, headers: answer.headers };
};
/** Of a refusal all but the id of its request. */
const refusalOf = ({ requestId, ...problem }: Body): Body => problem;

describe('given a read over GET', () => {
  test.each([
    ['/atps', 'atp_list', {}],
    ['/atps?status=InProgress&type=hotfix&limit=1', 'atp_list', { status: 'InProgress', type: 'hotfix', limit: 1 }],
    ['/atps?limit=101', 'atp_list', { limit: 101 }],
    ['/atps?limit=1.5', 'atp_list', { limit: '1.5' }],
    ['/atps?limit=+1', 'atp_list', { limit: ' 1' }],
    ['/atps?status=Done&page=2', 'atp_list', { status: 'Done', page: '2' }],
    ['/atps?cursor=nothing', 'atp_list', { cursor: 'nothing' }],
    ['/inbox', 'message_list', {}],
    ['/inbox?open=true&limit=5', 'message_list', { open: true, limit: 5 }],
    ['/inbox?open=false', 'message_list', { open: false }],
    ['/inbox?open=yes', 'message_list', { open: 'yes' }],
    ['/inbox?since=2026-01-01T00:00:00.000Z&waitSeconds=20', 'message_list', { since: '2026-01-01T00:00:00.000Z' }],
    ['/atps/AT-none?waitSeconds=20', 'atp_get', { atpId: 'AT-none' }],
    ['/atps/AT%20%C3%A9', 'atp_get', { atpId: 'AT é' }],
  ] as const)('when %s is read, then the answer is that of %s %j', async (path, tool, input) => {
    const [over, posted] = [await get('dev-1', path), await service.call('dev-1', tool, input)];
    expect(over.status).toBe(posted.status);
    expect(refusalOf(over.body)).toEqual(refusalOf(posted.body));
  });

  test('when an ATP is read, by escapes or not, then it is what atp_get answers', async () => {
    const answer = await service.done('dev-1', 'atp_get', { atpId });
    expect((await get('dev-1', `/atps/${atpId}`)).body).toEqual(answer);
    expect((await get('dev-1', `/atps/${atpId.replaceAll('-', '%2D')}`)).body).toEqual(answer);
  });

  test('when pages are turned, then each begins where the last one ended', async () => {
    const first = await get('dev-1', '/atps?limit=1');
    const { body } = await get('dev-1', `/atps?limit=1&cursor=${first.body.cursor}`);
    expect(body.atps[0].atpId).not.toBe(first.body.atps[0].atpId);
  });

  test.each([
    ['/atps?limit=1&limit=2', ['limit stands twice in one object']],
    ['/atps?limit=0&limt=1&status=a&status=b', ['status stands twice', 'limit must be 1', 'limt is not a field here']],
    ['/atps/AT-1?atpId=AT-2', ['atpId stands twice']],
    ['/inbox?atpId=AT-1', ['atpId is not a field here']],
    ['/inbox?__proto__=1', ['__proto__ is not a field here']],
  ])('when %s is read, then the refusal names %j', async (path, expected) => {
    const { status, body, headers } = await get('pm-1', path);
    expect([status, body.code, headers.get('cache-control')]).toEqual([400, 'INVALID_INPUT', 'no-store']);
    const issues = body.issues.map((issue: Body) => `${issue.path} ${issue.message}`);
    for (const one of expected) expect(issues).toContainEqual(expect.stringContaining(one));
  });

  test('when a header is at fault, or the token, then that is refused as it is of a POST', async () => {
    const { body } = await get('pm-1', '/inbox?limit=0', { 'X-Turn-Id': 'a b' });
    expect(body.issues.map(({ path }: Body) => path)).toEqual(['X-Turn-Id', 'limit']);
    const unknown = await get('nobody', '/inbox?limit=0');
    expect([unknown.status, unknown.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('given the answer of a GET', () => {
  test('when it is asked for again, then it is sent only if it is another by now', async () => {
    const { headers, status } = await get('pm-1', `/atps/${atpId}`);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    const validators = { etag, 'cache-control': 'private, no-cache', vary: 'Authorization' };
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({ ...validators, 'content-type': 'application/json' });
    for (const known of [etag, etag.slice(2), `"a,b", W/"c" , ${etag}`, '*', ' * ']) {
      const again = await get('pm-1', `/atps/${atpId}`, { 'If-None-Match': known });
      expect([again.status, again.text], known).toEqual([304, '']);
      expect(Object.fromEntries(again.headers)).toMatchObject(validators);
      expect(again.headers.has('content-type')).toBe(false);
    }
    for (const other of ['"a"', etag.slice(3, -1), '', '"*"'])
      expect((await get('pm-1', `/atps/${atpId}`, { 'If-None-Match': other })).status, other).toBe(200);
    await service.done('dev-1', 'message_send', letter(atpId, 'Update', '@pm'));
    const changed = await get('pm-1', `/atps/${atpId}`, { 'If-None-Match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  test('when there is nothing to read, then a refusal is answered whatever is known', async () => {
    expect((await get('pm-1', '/atps/AT-none', { 'If-None-Match': '*' })).status).toBe(404);
  });

  test('when the same is read by POST, then its answer is as it was: not kept, and without a validator', async () => {
    const { headers } = await service.call('pm-1', 'atp_get', { atpId }, { 'If-None-Match': '*' });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('vary');
  });
});

test('given a report with a file, when it is read over HTTP, then both forms hold what the file says', async () => {
  const file = { atpId, artifactType: 'Other', title: 'The log', content: 'It fell over.', persist: 'file' };
  await service.done('dev-1', 'artifact_create', file);
  const { body } = await get('qa-1', `/atps/${atpId}/report`, { accept: 'application/json' });
  expect(body.artifacts).toMatchObject([{ title: 'The log', content: 'It fell over.' }]);
  const headers = { authorization: `Bearer ${service.tokens['qa-1']}` };
  const answer = await fetch(`${stack.url}/atps/${atpId}/report?format=markdown`, { headers });
  expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(await answer.text()).toContain('```text\nIt fell over.\n```');
});

test('given a path that is read, when another method is used, then the refusal says which', async () => {
  const answer = await fetch(`${stack.url}/atps`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as Body).detail).toMatch('/atps is read with GET, not with POST.');
});

test('given a GET with a body, then that is no field of it', async () => {
  // fetch sends none
  const { request } = await import('node:http');
  const { text } = await import('node:stream/consumers');
  const body = await new Promise<Body>((resolve, reject) => {
    const headers = { authorization: `Bearer ${service.tokens['pm-1']}`, 'content-length': 11 };
    request(`${stack.url}/atps`, { headers }, async (answer) => resolve(JSON.parse(await text(answer))))
      .on('error', reject)
      .end('{"limit":1}');
  });
  expect(body.issues).toMatchObject([{ path: 'body', message: expect.stringContaining('is not a field here') }]);
});

describe('given a wait', () => {
  test('when a directive is sent after it began, then the answer brings it', async () => {
    const waiting = await given.started();
    const began = Date.now();
    let isAnswered = false;
    const answer = get('sre-1', '/inbox?open=true&waitSeconds=20').finally(() => {
      isAnswered = true;
    });
    await pause(300);
    expect(isAnswered).toBe(false);
    const sent = await service.done('pm-1', 'message_send', letter(waiting, 'Directive', '@sre'));
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(body.messages.map(({ messageId }: Body) => messageId)).toEqual([sent.message.messageId]);
    // of the 20 s that it would have waited
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  test('when nothing comes within its time, then the answer is the list as it is', async () => {
    const began = Date.now();
    const { status, body } = await get('operator-1', '/inbox?waitSeconds=1');
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
    expect([status, body]).toEqual([200, await service.done('operator-1', 'message_list', {})]);
  });
});
