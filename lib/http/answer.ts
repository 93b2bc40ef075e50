import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refusal } from '../refusal.ts';
import { isUnavailable } from '../store/unavailable.ts';
import { learn, tellRefusal } from './refused.ts';

const RETRY_AFTER_SECONDS = '1';

type Headers = Record<string, string>;

export const goodAnswer = (body: string, type: string, headers: Headers = {}): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 200,
  headers: { 'content-type': type, 'cache-control': 'no-store', ...headers },
  body,
});

export const jsonAnswer = (body: string, headers: Headers = {}): APIGatewayProxyStructuredResultV2 =>
  goodAnswer(body, 'application/json', headers);

/** What a refusal says in headers, however it is laid out. */
export const headersOf = ({ code }: Refusal): Record<string, string> => ({
  ...(code === 'UNAUTHENTICATED' && { 'www-authenticate': 'Bearer' }),
  ...(code === 'UNAVAILABLE' && { 'retry-after': RETRY_AFTER_SECONDS }),
});

export const problemAnswer = (refusal: Refusal, requestId: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: refusal.status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...headersOf(refusal),
  },
  body: JSON.stringify(refusal.toProblem(requestId)),
});

const unavailable = (cause: unknown): Refusal =>
  new Refusal(
    'UNAVAILABLE',
    'What the service keeps its records in did not answer in time. Try again; with an Idempotency-Key that is safe.',
    {
      cause,
    },
  );

const internal = (cause: unknown): Refusal =>
  new Refusal('INTERNAL', 'A defect of the service stopped this call. Quote the requestId when you report it.', {
    cause,
  });

/**
 * The whole error policy: a refusal is answered as it is, everything else without a word of what broke. `tool` names the
 * door in the log and the metrics; `lay` says how a refusal is laid out.
 */
export const answerRefusals = (
  tool?: string,
  lay: typeof problemAnswer = problemAnswer,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  before: ({ event }) => {
    if (tool) learn(event, { tool });
  },
  onError: (request) => {
    const { error, event } = request;
    const { requestId } = event.requestContext;
    const refusal = error instanceof Refusal ? error : isUnavailable(error) ? unavailable(error) : internal(error);
    request.response = lay(refusal, requestId);
    tellRefusal(event, refusal.code, refusal.status >= 500 ? { cause: refusal.cause } : undefined);
  },
});
