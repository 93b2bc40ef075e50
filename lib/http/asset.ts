/** Text that is the same for everybody: packed for those who take it so, and not sent again to those who have it. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isKnown } from './etag.ts';

type Headers = Readonly<Record<string, string>>;
/** `packed` is Base64 of gzip, `hash` base64url of SHA-256; `headers` are those of every answer, its type among them. */
export type Asset = { text: string; packed: string; hash: string; headers: Headers };

export const assetOf = (text: string, headers: Headers): Asset => ({
  text,
  packed: gzipSync(text, { level: 9 }).toString('base64'),
  hash: createHash('sha256').update(text).digest('base64url'),
  headers,
});

/** The answer to a GET with these headers; `more` are such as depend on how it was asked for. */
export const answerAsset = (
  { text, packed, hash, headers }: Asset,
  asked: Readonly<Record<string, string | undefined>>,
  more: Headers = {},
): APIGatewayProxyStructuredResultV2 => {
  const tag = `"${hash}"`;
  // Weak: packed or not, it says the same.
  const answered = { ...headers, ...more, etag: `W/${tag}`, vary: 'accept-encoding' };
  if (isKnown(tag, asked['if-none-match'])) {
    const { 'content-type': _, ...rest } = answered as Record<string, string>;
    return { statusCode: 304, headers: rest };
  }
  if (!takesGzip(asked['accept-encoding'])) return { statusCode: 200, headers: answered, body: text };
  return {
    statusCode: 200,
    headers: { ...answered, 'content-encoding': 'gzip' },
    body: packed,
    isBase64Encoded: true,
  };
};

const takesGzip = (accepted = ''): boolean =>
  accepted.split(',').some((each) => /^\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9])\S*)?\s*$/i.test(each));
