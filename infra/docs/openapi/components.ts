/** What operations share. */

import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';

const text = (description: string, example: string, more: JsonSchema = {}) => ({
  description,
  schema: { type: 'string', ...more },
  example,
});

export const headers = {
  'Apigw-Requestid': text(
    'Of API Gateway. A refusal has the same id as requestId: quote it when you report something.',
    'T0k6gjVJDoEEJBQ=',
  ),
  'Cache-Control': text('Nothing that is about an incident is to be kept.', 'no-store'),
  'Idempotent-Replayed': text(
    'The request was done before under this Idempotency-Key; this is the answer that it got.',
    'true',
    { const: 'true' },
  ),
  'Retry-After': text('Seconds to wait before the request is sent again.', '1', { pattern: '^\\d+$' }),
  'WWW-Authenticate': text('What is asked for. API Gateway renames it to x-amzn-remapped-www-authenticate.', 'Bearer'),
  ETag: text('Names what was answered; give it as If-None-Match to be told whether it changed.', '"3wM2f9Qk0bY"'),
  'Access-Control-Allow-Origin': text('Any page may read it: it is open, and the same for all.', '*'),
  'Content-Security-Policy': text(
    'Allows what the page itself needs, and nothing else.',
    "default-src 'none'; style-src 'sha256-…'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ),
  'Content-Encoding': text('gzip, where Accept-Encoding allows it.', 'gzip'),
  Vary: text('What another answer would depend on.', 'accept-encoding'),
  'X-Robots-Tag': text('Not for search engines.', 'noindex'),
  'X-Content-Type-Options': text('The content type is what it says.', 'nosniff'),
  'Cross-Origin-Opener-Policy': text('Other pages cannot reach its window.', 'same-origin'),
  'Cross-Origin-Resource-Policy': text('Pages of other hosts cannot show it.', 'same-origin'),
  'Referrer-Policy': text('Links tell nobody where they were followed.', 'no-referrer'),
} as const;
export type HeaderName = keyof typeof headers;

const visible = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7E]+$' };

export const parameters = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A name of your own for this request: sent again with the same key, it has one effect and the same answer, for at least 24 hours. Refusals are not remembered.',
    schema: visible,
    example: 'close-AT-7',
  },
  'X-Turn-Id': {
    name: 'X-Turn-Id',
    in: 'header',
    description:
      'Names your message, the turn. After it closed an ATP, further writes of the same turn are refused with MESSAGE_BOUNDARY, but those that meet what that ATP still owes.',
    schema: visible,
    example: 'turn-42',
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of an earlier answer: where nothing changed, the answer is 304 without a body.',
    schema: { type: 'string' },
    example: '"3wM2f9Qk0bY"',
  },
} as const;
export type ParameterName = keyof typeof parameters;
export const parameter = (name: ParameterName): object => ({ $ref: `#/components/parameters/${name}` });

export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a principal (npm run token). It says who calls, and in which role.',
  },
  pageBearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The credential of a source of pages, page_… (npm run integration).',
  },
  pagerDutySignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-PagerDuty-Signature',
    description:
      'v1= and the HMAC-SHA256 of the body, in hexadecimal; several, with commas, while a secret is rotated.',
  },
  grafanaSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Grafana-Alerting-Signature',
    description: 'The HMAC-SHA256 of the body, in hexadecimal; with a timestamp header, of <seconds>:<body>.',
  },
} as const;

export const gatewayError: JsonSchema = {
  description: 'What API Gateway answers by itself, in its own form.',
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
};
