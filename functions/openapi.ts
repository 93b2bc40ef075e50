/** GET /openapi.json: what the service answers, for machines. GET /docs: the same, for people. Open, and the same for all. */

import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import openapi from '../docs/openapi.json' with { type: 'json' };
import type { Document } from '../lib/docs/document.ts';
import { docsPage } from '../lib/docs/page.ts';
import { style } from '../lib/docs/style.ts';
import { type Asset, answerAsset, assetOf } from '../lib/http/asset.ts';

const kept = { 'cache-control': 'public, max-age=300' };
const styleHash = (): string => createHash('sha256').update(style).digest('base64');

/** Made with the first call for each: a call for one should not wait for the other. */
const make = {
  json: () =>
    assetOf(JSON.stringify(openapi), {
      ...kept,
      'content-type': 'application/json',
      // It needs no credential, so that a page of anybody's may show it: editors and viewers in the browser do.
      'access-control-allow-origin': '*',
    }),
  page: () =>
    assetOf(docsPage(openapi as unknown as Document), {
      ...kept,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }),
};
const made: Partial<Record<keyof typeof make, Asset>> = {};

export const handler = async ({
  rawPath,
  headers,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const which = rawPath.endsWith('/docs') ? 'page' : 'json';
  made[which] ??= make[which]();
  return answerAsset(made[which], headers);
};
