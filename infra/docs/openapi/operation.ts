import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';
import { type Code, httpStatus } from '../../../lib/refusal.ts';
import type { HeaderName } from './components.ts';
import type { Exchange } from './exchange.ts';

/** An operation of the API: one entry, from which its part of the document is made. */
export type Operation = {
  method: 'get' | 'post' | 'put';
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  description: string;
  /** Names of security schemes, any one of which is enough; none: open to all. */
  security: readonly string[];
  parameters?: readonly object[];
  /** Without a `type` it is JSON, whose examples are what was played. */
  body?: { schema: JsonSchema; description: string; type?: string; example?: object };
  answers: Readonly<Record<number, Answer>>;
  /** Refusals in the service's own form. */
  codes: readonly Code[];
};

export type Answer = {
  description: string;
  type?: string;
  schema?: JsonSchema;
  /** Other forms of the same, by content type. */
  others?: Readonly<Record<string, JsonSchema>>;
  headers?: readonly HeaderName[];
};

const JSON_TYPE = 'application/json';
const PROBLEM = 'application/problem+json';
/** What API Gateway says by itself, before a function or in place of one. */
const byTheGateway: Readonly<Record<number, string>> = {
  413: 'API Gateway: the request is larger than 10 MB.',
  431: 'API Gateway: request line and headers are larger than 10,240 bytes.',
  429: 'API Gateway: too many requests at once. Try again a little later.',
  500: 'API Gateway: the function did not answer.',
  503: 'API Gateway: the function could not be reached, or took too long.',
};

/** The Operation Object. */
export const rendered = (operation: Operation, exchanges: readonly Exchange[]): object => {
  const { operationId, tag, summary, description, security, parameters, body } = operation;
  const own = exchanges.filter((each) => each.operationId === operationId);
  const good = own.filter(({ answer, request }) => answer.status < 300 && request.body !== undefined);
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: security.map((name) => ({ [name]: [] })),
    ...(parameters && parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        description: body.description,
        required: true,
        content: {
          [body.type ?? JSON_TYPE]: {
            schema: body.schema,
            ...(body.example && { example: body.example }),
            ...(good.length > 0 && {
              examples: Object.fromEntries(
                good.map(({ name, summary, request }) => [name, { summary, value: request.body }]),
              ),
            }),
          },
        },
      },
    }),
    responses: responsesOf(operation, own),
  };
};

const responsesOf = ({ answers, codes, body }: Operation, own: readonly Exchange[]): object => {
  const gateway = Object.keys(byTheGateway).filter((status) => body || status !== '413');
  const statuses = new Set([...Object.keys(answers), ...codes.map((code) => String(httpStatus[code])), ...gateway]);
  const sorted = [...statuses].map(Number).sort((one, other) => one - other);
  return Object.fromEntries(
    sorted.map((status) => {
      const ofStatus = codes.filter((code) => httpStatus[code] === status);
      const answer = answers[status];
      const byGateway = gateway.includes(String(status)) ? byTheGateway[status] : undefined;
      return [status, response({ status, ofStatus, answer, byGateway }, own)];
    }),
  );
};

type Part = { status: number; ofStatus: readonly Code[]; answer: Answer | undefined; byGateway: string | undefined };

const response = ({ status, ofStatus, answer, byGateway }: Part, own: readonly Exchange[]): object => {
  const there = own.filter((each) => each.answer.status === status);
  const described = [answer?.description, ofStatus.length > 0 && `${ofStatus.join(', ')}.`, byGateway];
  const headers: HeaderName[] = ['Apigw-Requestid', ...(answer?.headers ?? [])];
  if (ofStatus.length > 0 && !headers.includes('Cache-Control')) headers.push('Cache-Control');
  if (status === 401) headers.push('WWW-Authenticate');
  if (status === 429 || status === 503) headers.push('Retry-After');
  const content = {
    ...(answer?.schema && media(answer.type ?? JSON_TYPE, answer.schema, there)),
    ...Object.assign({}, ...Object.entries(answer?.others ?? {}).map(([type, schema]) => media(type, schema, there))),
    ...(ofStatus.length > 0 && media(PROBLEM, problemOf(status, ofStatus), there)),
    ...(byGateway &&
      (!answer || (answer.type ?? JSON_TYPE) !== JSON_TYPE) &&
      media(JSON_TYPE, { $ref: '#/components/schemas/GatewayError' }, [])),
  };
  return {
    description: described.filter(Boolean).join(' '),
    headers: Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(Object.keys(content).length > 0 && { content }),
  };
};

const problemOf = (status: number, codes: readonly Code[]): JsonSchema => ({
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    { type: 'object', properties: { status: { const: status }, code: { enum: [...codes] } } },
  ],
});

/** What was refused stands beside the refusal: it is no example of what to send. What is not all in a body stands there too. */
const media = (type: string, schema: JsonSchema, exchanges: readonly Exchange[]): object => {
  const shown = exchanges.filter(({ answer }) => answer.type === type);
  const examples = shown.map(({ name, summary, request, answer }) => [
    name,
    { summary, value: answer.body, ...((answer.status >= 300 || request.query) && { 'x-request': request }) },
  ]);
  return { [type]: { schema, ...(examples.length > 0 && { examples: Object.fromEntries(examples) }) } };
};
