import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Asset, answerAsset, assetOf } from '../lib/http/asset.ts';

/** The page asks its own service for data and nobody for anything else: whatever a title holds, it cannot become code. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const secured = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const YEAR_SECONDS = 31_536_000;

const typed = (type: string) => ({ ...secured, 'content-type': `${type}; charset=utf-8` });

/** Built by infra/bundle.ts, and beside this file. */
const fileOf = (name: string, type: string): Asset =>
  assetOf(readFileSync(join(import.meta.dirname, name), 'utf8'), typed(type));

const script = fileOf('board.js', 'text/javascript');
const style = fileOf('board.css', 'text/css');
const page = assetOf(
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hotfix board</title>
<link rel="stylesheet" href="/board.css?v=${style.hash}">
<script type="module" src="/board.js?v=${script.hash}"></script>
<body>
<div id="board"><noscript>The board needs JavaScript. The same data is at GET /atps.</noscript></div>
</body>
</html>
`,
  typed('text/html'),
);

const assets: Readonly<Record<string, Asset>> = { '/': page, '/board.js': script, '/board.css': style };

/** GET /, /board.js and /board.css: the board's files, the same for everybody. Only what it then asks for needs a token. */
export const handler = async ({
  rawPath,
  rawQueryString,
  headers,
}: Pick<
  APIGatewayProxyEventV2,
  'rawPath' | 'rawQueryString' | 'headers'
>): Promise<APIGatewayProxyStructuredResultV2> => {
  const asset = assets[rawPath] ?? page;
  const isNamed = rawQueryString === `v=${asset.hash}`;
  return answerAsset(asset, headers, {
    'cache-control': isNamed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  });
};
