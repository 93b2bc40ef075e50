import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import document from '../../docs/openapi.json' with { type: 'json' };
import { handler } from '../../functions/openapi.ts';
import type { Document } from '../../lib/docs/document.ts';
import { docsPage } from '../../lib/docs/page.ts';

const get = (rawPath: string, headers: Record<string, string> = {}) =>
  handler({ rawPath, headers } as unknown as APIGatewayProxyEventV2);
const header = (answer: Awaited<ReturnType<typeof get>>, name: string): string => String(answer.headers?.[name] ?? '');

/** Start and end tags in order; an element that is never closed, or closed by another, is named. */
const unbalanced = (page: string): string[] => {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (['meta', 'link', 'br'].includes(name)) continue;
    if (!end) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
};

describe('GET /openapi.json', () => {
  it('answers the document as it is committed, to pages of anybody, and lets it be kept for a while', async () => {
    const answer = await get('/openapi.json');
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? '')).toEqual(document);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      vary: 'accept-encoding',
    });
  });

  it.each(['gzip', 'br, gzip;q=0.8', '*'])('given Accept-Encoding %s, then the same is packed', async (accepted) => {
    const answer = await get('/openapi.json', { 'accept-encoding': accepted });
    expect(header(answer, 'content-encoding')).toBe('gzip');
    expect(answer.isBase64Encoded).toBe(true);
    const packed = Buffer.from(answer.body ?? '', 'base64');
    expect(JSON.parse(gunzipSync(packed).toString())).toEqual(document);
    expect(packed.length).toBeLessThan(60_000);
  });

  it.each(['identity', 'gzip;q=0', 'br'])('given Accept-Encoding %s, then it is not', async (accepted) => {
    expect((await get('/openapi.json', { 'accept-encoding': accepted })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('given the ETag, weak, strong, one of several or any, then 304 without a body', async () => {
    const etag = header(await get('/openapi.json'), 'etag');
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const answer = await get('/openapi.json', { 'if-none-match': known });
      expect(answer).toMatchObject({ statusCode: 304, headers: { etag } });
      expect(answer.body).toBeUndefined();
    }
    expect((await get('/openapi.json', { 'if-none-match': '"other"' })).statusCode).toBe(200);
    expect(header(await get('/docs'), 'etag')).not.toBe(etag);
  });
});

describe('GET /docs', () => {
  it('given the policy, then it allows the one style of the page, and the page needs nothing else', async () => {
    const answer = await get('/docs');
    const page = answer.body ?? '';
    expect(header(answer, 'content-type')).toBe('text/html; charset=utf-8');
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(header(answer, 'content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/<script|\son[a-z]+="|\sstyle="|\ssrc="|<link|<form/);
    expect(
      [...page.matchAll(/\shref="([^"]*)"/g)].filter(([, href]) => !/^(#|openapi\.json$)/.test(href ?? '')),
    ).toEqual([]);
  });

  it('has every operation, every record, a title, one first heading, and tags that match', async () => {
    const page = (await get('/docs')).body ?? '';
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(unbalanced(page)).toEqual([]);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    for (const item of Object.values(document.paths))
      for (const { operationId } of Object.values(item)) expect(ids).toContain(operationId);
    const links = [...page.matchAll(/\shref="#([^"]*)"/g)].map(([, id]) => id ?? '');
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(page).toContain('ALERT_STILL_FIRING');
  });

  it('given hostile text wherever text can stand, then it is text', () => {
    const hostile = `"'><script>alert(1)</script>&amp;<img src=x onerror=alert(1)>`;
    const poisoned = JSON.parse(JSON.stringify(document), (_, value) =>
      typeof value === 'string' && !value.startsWith('#') ? `${value}${hostile}` : value,
    ) as Document;
    const tags = poisoned.tags.map((tag, at) => ({
      ...tag,
      name: `${Object.values(document.tags)[at]?.name}${hostile}`,
    }));
    const page = docsPage({ ...poisoned, tags });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#38;amp;');
    expect(unbalanced(page)).toEqual([]);
  });
});
