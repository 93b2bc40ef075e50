import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { duplicateKeys } from '../http/json.ts';
import { REQUEST_LIMIT } from '../http/limits.ts';

/** Codes of JSON-RPC, and the one of its range for servers that the SDK gives to what HTTP alone refuses. */
export const rpcCodes = { parse: -32700, invalidRequest: -32600, unknownMethod: -32601, transport: -32000 } as const;

export type Message = { method?: unknown; id?: unknown; params?: unknown };
type Read = { message: Message; fault?: never } | { message?: never; fault: APIGatewayProxyStructuredResultV2 };

export const protocolError = (
  statusCode: number,
  code: number,
  message: string,
  { id = null, headers = {} }: { id?: unknown; headers?: Record<string, string> } = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: isId(id) ? id : null }),
});

const isId = (id: unknown): boolean => typeof id === 'string' || typeof id === 'number';

/** The one JSON-RPC message that a request carries. */
export const messageOf = (event: APIGatewayProxyEventV2): Read => {
  const fault = (status: number, code: number, message: string): Read => ({
    fault: protocolError(status, code, message),
  });
  if (!/^application\/json\s*(;|$)/i.test(event.headers['content-type'] ?? ''))
    return fault(415, rpcCodes.transport, 'The content type must be application/json.');
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > REQUEST_LIMIT)
    return fault(413, rpcCodes.transport, `The request is larger than ${REQUEST_LIMIT} bytes.`);
  const text = textOf(bytes);
  const message = text === undefined ? undefined : jsonOf(text);
  if (text === undefined || message === undefined) return fault(400, rpcCodes.parse, 'The body is not JSON in UTF-8.');
  // Batches are of one old revision alone, and would let one request be a hundred calls.
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return fault(400, rpcCodes.invalidRequest, 'The body must be one JSON-RPC message; batches are not served.');
  const [twice] = duplicateKeys(text);
  if (twice !== undefined)
    return fault(400, rpcCodes.invalidRequest, `The key ${twice.slice(-100)} stands twice in one object.`);
  return { message };
};

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
