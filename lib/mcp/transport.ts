import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { log } from '../log.ts';
import type { Message } from './message.ts';

/** A server for one request. */
export type ServerFor = () => Server | McpServer;

/**
 * One message through the SDK, which speaks both eras: 2026-07-28, where each request stands for itself, and those
 * that begin with `initialize`. `createMcpHandler` would serve the second as well, with its answer as one event of a
 * stream; the same transport answers plain JSON where it is asked to.
 */
export const throughSdk = async (
  event: APIGatewayProxyEventV2,
  message: Message,
  serverFor: ServerFor,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const request = requestOf(event);
  let failure: Error | undefined;
  // Called for what clients do wrong as well, which is theirs to see and in no log.
  const onerror = (error: Error): void => {
    failure = error;
  };
  const answer = (await isLegacyRequest(request, message))
    ? await oldEra(request, message, serverFor)
    : await createMcpHandler(serverFor, { legacy: 'reject', onerror }).fetch(request, { parsedBody: message });
  if (answer.status >= 500) log.error('mcp', { requestId: event.requestContext.requestId, error: failure });
  return resultOf(answer);
};

const oldEra = async (request: Request, parsedBody: Message, serverFor: ServerFor): Promise<Response> => {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = serverFor();
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody });
  } finally {
    await server.close();
  }
};

/**
 * As much of a `Request` as the SDK looks at once it has the body: Node's own would be 20 ms of the first call, since
 * it loads the whole of its HTTP client (docs/adr/0093).
 */
const requestOf = ({ headers, requestContext }: APIGatewayProxyEventV2): Request =>
  ({
    method: requestContext.http.method,
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
  }) as unknown as Request;

const resultOf = async (answer: Response): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: answer.status,
  headers: { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store' },
  body: await answer.text(),
});
