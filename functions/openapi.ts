/** GET /openapi.json: what the service answers, for machines. GET /docs: the same, for people. Open, and the same for all. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import openapi from '../docs/openapi.json' with { type: 'json' };
import type { Document } from '../lib/docs/document.ts';
import { docsPage } from '../lib/docs/page.ts';
import { style } from '../lib/docs/style.ts';

type Served = { body: string; packed: string; headers: Record<string, string> };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const served = (body: string, headers: Record<string, string>): Served => ({
  body,
  packed: gzipSync(body).toString('base64'),
  headers: {
    'cache-control': 'public, max-age=300',
    vary: 'accept-encoding',
    // Weak: packed or not, it says the same.
    etag: `W/"${sha256(body).slice(0, 22)}"`,
    ...headers,
  },
});

/** Made with the first call for each: a call for one should not wait for the other. */
const make = {
  json: () =>
    served(JSON.stringify(openapi), {
      'content-type': 'application/json',
      // It needs no credential, so that a page of anybody's may show it: editors and viewers in the browser do.
      'access-control-allow-origin': '*',
    }),
  page: () =>
    served(docsPage(openapi as unknown as Document), {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${sha256(style)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }),
};
const made: Partial<Record<keyof typeof make, Served>> = {};

export const handler = async ({
  rawPath,
  headers,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const which = rawPath.endsWith('/docs') ? 'page' : 'json';
  made[which] ??= make[which]();
  const { body, packed, headers: answered } = made[which];
  if (isKnown(headers['if-none-match'], answered.etag)) {
    const { 'content-type': _, ...rest } = answered;
    return { statusCode: 304, headers: rest };
  }
  if (!takesGzip(headers['accept-encoding'])) return { statusCode: 200, headers: answered, body };
  return {
    statusCode: 200,
    headers: { ...answered, 'content-encoding': 'gzip' },
    body: packed,
    isBase64Encoded: true,
  };
};

/** Compared as If-None-Match is: strong or weak makes no difference (RFC 9110, section 13.1.2). */
const isKnown = (given = '', etag = ''): boolean => {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return given.trim() === '*' || given.split(',').some((each) => bare(each) === bare(etag));
};

const takesGzip = (given = ''): boolean =>
  given.split(',').some((each) => /^\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9])\S*)?\s*$/i.test(each));
