import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ToolName } from '../../../lib/model.ts';

/** A tool call as API Gateway hands it to the function: HTTP API, payload format 2.0. */
export const toolEvent = (tool: ToolName, token: string, body: unknown): APIGatewayProxyEventV2 =>
  httpEvent(`/tools/${tool}`, JSON.stringify(body), { ...bearer(token), accept: '*/*' });

/** The same call through the Model Context Protocol, as a client of 2026-07-28 sends it. */
export const mcpEvent = (tool: ToolName, token: string, body: unknown): APIGatewayProxyEventV2 => {
  const era = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': era,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: body, _meta } };
  return httpEvent('/mcp', JSON.stringify(message), {
    ...bearer(token),
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': era,
    'mcp-method': 'tools/call',
    'mcp-name': tool,
  });
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A request as API Gateway hands it to a function: HTTP API, payload format 2.0. */
export const httpEvent = (
  path: string,
  body: string,
  own: Record<string, string>,
  method = 'POST',
): APIGatewayProxyEventV2 => {
  const headers = {
    ...own,
    'content-type': 'application/json',
    host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
    'user-agent': 'bench',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdefghij',
      domainName: headers.host,
      domainPrefix: 'abcdefghij',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '01/Mar/2026:12:00:00 +0000',
      timeEpoch: 1_772_366_400_000,
    },
    body,
    isBase64Encoded: false,
  };
};
