/** A read over GET: its query and path as the body that a POST would have, its answer with a validator. */

import { createHash } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { isKnown } from './etag.ts';
import { type Parsed, parseCall } from './input.ts';

const isGet = ({ routeKey }: APIGatewayProxyEventV2): boolean => routeKey.startsWith('GET ');

/** Of a POST the body, of a GET path and query, which have all fields of `schema`, an object's, but `hidden`. */
export const parseRead = <Input>(
  event: APIGatewayProxyEventV2,
  schema: z.ZodMiniType<Input>,
  hidden: readonly string[],
): Parsed<Input> => {
  if (!isGet(event)) return parseCall(event, schema);
  const mask = Object.fromEntries(hidden.map((name) => [name, true as const]));
  const overGet = z.omit(schema as unknown as z.ZodMiniObject, mask) as unknown as z.ZodMiniType<Input>;
  return parseCall(asPost(event, overGet), overGet);
};

/** A parameter that stands twice is a key that stands twice: faults are found, named and put in order where those of a body are. */
const asPost = (event: APIGatewayProxyEventV2, schema: z.ZodMiniType): APIGatewayProxyEventV2 => {
  const fields = [
    ...Object.entries(event.pathParameters ?? {}),
    ...new URLSearchParams(event.rawQueryString),
    // A body would be lost in silence; there is no such field.
    ...(event.body ? [['body', ''] as const] : []),
  ].map(([name, text = '']) => `${JSON.stringify(name)}:${jsonOf(text, typeOf(schema, name))}`);
  return {
    ...event,
    headers: { ...event.headers, 'content-type': 'application/json' },
    body: `{${fields.join()}}`,
    isBase64Encoded: false,
  };
};

type Definition = { type: string; shape?: Record<string, z.core.$ZodType>; innerType?: z.core.$ZodType };
const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as Definition;

/** What the schema wants of a field, whether or not it may be left out. */
const typeOf = (schema: z.ZodMiniType, name: string): string | undefined => {
  const { shape = {} } = definitionOf(schema);
  let field = Object.hasOwn(shape, name) ? shape[name] : undefined;
  while (field && definitionOf(field).innerType) field = definitionOf(field).innerType;
  return field && definitionOf(field).type;
};

/** As JSON. Text that is not what the schema wants stays text, and is refused as such. */
const jsonOf = (text: string, type: string | undefined): string => {
  const isMeant =
    (type === 'number' && /^-?(0|[1-9]\d{0,15})$/.test(text)) || (type === 'boolean' && /^(true|false)$/.test(text));
  return isMeant ? text : JSON.stringify(text);
};

/**
 * A success of a GET can be kept by who asked, and is asked for anew each time: docs/adr/0090. Whoever has it already is
 * told so (RFC 9110, 13.1.2), without it.
 */
export const validateReads = (): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  after: (request) => {
    const { event, response } = request;
    if (!isGet(event) || response?.statusCode !== 200) return;
    const { vary, 'content-type': type } = (response.headers ?? {}) as Record<string, string>;
    const said = type === 'application/json' ? inOrder(response.body) : (response.body ?? '');
    const hash = createHash('sha256').update(said);
    const tag = `"${hash.digest('base64url')}"`;
    const validators = {
      etag: `W/${tag}`,
      'cache-control': 'private, no-cache',
      vary: ['Authorization', vary].filter(Boolean).join(', '),
    };
    request.response = isKnown(tag, event.headers['if-none-match'])
      ? { statusCode: 304, headers: validators }
      : { ...response, headers: { ...response.headers, ...validators } };
  },
});

/** The table gives the fields of a map in any order, and so does the answer: what says the same is the same. */
const inOrder = (json = 'null'): string =>
  JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
