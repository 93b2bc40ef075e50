import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeAll, describe, expect, test } from 'vitest';
import { boardPaths } from '../../infra/api.ts';
import { bundle } from '../../infra/bundle.ts';
import { temporary } from '../support/temporary.ts';

type Handler = (event: object) => Promise<APIGatewayProxyStructuredResultV2>;

const COMPRESSED_LIMIT = 150_000;
const into = temporary();
let directory = '';
let handler: Handler;

beforeAll(async () => {
  const functions = await bundle({ entries: [{ name: 'board', source: 'functions/board.ts' }], into });
  directory = join(functions, 'board');
  ({ handler } = (await import(pathToFileURL(join(directory, 'index.mjs')).href)) as { handler: Handler });
});

const asked = (address: string, headers: Record<string, string> = {}) => {
  const [rawPath = '', rawQueryString = ''] = address.split('?');
  return handler({ rawPath, rawQueryString, headers });
};
/** What the page itself refers to. */
const referred = async (): Promise<string[]> => {
  const { body = '' } = await asked('/');
  return [...body.matchAll(/(?:href|src)="([^"]*)"/g)].flatMap(([, address]) => address ?? []);
};

describe.each(boardPaths)('GET %s', (path) => {
  test('is served to anybody, under a policy that knows this host alone and no code in the page', async () => {
    const { statusCode, headers = {} } = await asked(path);
    expect(statusCode).toBe(200);
    const rules = String(headers['content-security-policy']).split('; ');
    expect(rules).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]),
    );
    expect(rules).toContain("frame-ancestors 'none'");
    expect(String(rules)).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  test.each(['gzip', 'br;q=1.0, gzip;q=0.8', 'deflate, GZIP'])(
    'given a client that takes %s, then it is compressed',
    async (accepted) => {
      const plain = await asked(path);
      const { headers, body = '', isBase64Encoded } = await asked(path, { 'accept-encoding': accepted });
      expect([headers?.['content-encoding'], isBase64Encoded]).toEqual(['gzip', true]);
      expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(plain.body);
    },
  );

  test.each(['gzip;q=0', 'br', 'identity'])('given a client that takes %s, then it is not', async (accepted) => {
    expect((await asked(path, { 'accept-encoding': accepted })).headers).not.toHaveProperty('content-encoding');
  });

  test('given what the client has already, then 304 under the same policy; given another, then all of it', async () => {
    const { headers = {} } = await asked(path);
    const again = await asked(path, { 'if-none-match': `"other", ${headers.etag}` });
    expect(again).toEqual({ statusCode: 304, headers: expect.objectContaining({ etag: headers.etag }) });
    expect(again.headers).toHaveProperty('content-security-policy');
    expect((await asked(path, { 'if-none-match': 'W/"other"' })).statusCode).toBe(200);
  });
});

test('the page names its script and its style by what they hold: they are kept for good, it is asked for anew', async () => {
  const addresses = await referred();
  expect(addresses.map((address) => address.split('?')[0]).sort()).toEqual(['/board.css', '/board.js']);
  for (const address of addresses)
    expect((await asked(address)).headers?.['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const path of [...boardPaths, '/board.js?v=older'])
    expect((await asked(path)).headers?.['cache-control']).toBe('no-cache');
});

test('the page, its script and its style are under 150 KB compressed', async () => {
  const { body = '' } = await asked('/');
  const files = ['board.js', 'board.css'].map((name) => readFileSync(join(directory, name)));
  const sizes = [Buffer.from(body), ...files].map((bytes) => gzipSync(bytes).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(COMPRESSED_LIMIT);
});

test('the page holds no code and no style of its own, and the script makes none out of text', async () => {
  const { body = '' } = await asked('/');
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  expect(readFileSync(join(directory, 'board.js'), 'utf8')).not.toMatch(/\beval\(|new Function\(|document\.write/);
});
