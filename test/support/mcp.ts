import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { env } from '../../lib/env.ts';
import { type Body, eventFor, type Service } from './service.ts';

export type Era = '2026-07-28' | '2025-11-25';
export const eras: readonly Era[] = ['2026-07-28', '2025-11-25'];

type Params = Record<string, unknown> & { name?: string; uri?: string; _meta?: Record<string, unknown> };
export type RpcAnswer = { status: number; headers: Record<string, string>; body: Body };

const CLIENT = { name: 'test', version: '1' };

/** The message and the headers that a client of the era sends. */
export const wire = (era: Era, method: string, params: Params = {}) => {
  const headers: Record<string, string> = { 'mcp-protocol-version': era };
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': era,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': CLIENT,
  };
  if (era !== '2026-07-28') return { headers, message: { jsonrpc: '2.0', id: 1, method, params } };
  headers['mcp-method'] = method;
  const name = params.name ?? params.uri;
  if (name) headers['mcp-name'] = name;
  return {
    headers,
    message: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: { ...envelope, ...params._meta } } },
  };
};

/** A request to `/mcp` as API Gateway hands it over. */
export const mcpEvent = (
  body: unknown,
  headers: Record<string, string | undefined> = {},
  method = 'POST',
): APIGatewayProxyEventV2 => {
  const { requestContext, ...event } = eventFor('mcp', body, {
    accept: 'application/json, text/event-stream',
    host: 'api.example.com',
    ...(headers as Record<string, string>),
  });
  const http = { method, path: '/mcp', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return { ...event, rawPath: '/mcp', requestContext: { ...requestContext, http } };
};

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** The endpoint's own handler, on the table of `service`. */
export class Mcp {
  readonly #service: Service;
  constructor(service: Service) {
    this.#service = service;
    process.env[env.mcpAllowedOrigins] = '["https://agents.example.com"]';
  }

  async send(event: APIGatewayProxyEventV2): Promise<RpcAnswer> {
    const { handler } = (await import('../../functions/mcp.ts')) as { handler: Handler };
    const { statusCode = 0, headers = {}, body } = await handler(event, {} as Context);
    return {
      status: statusCode,
      headers: headers as Record<string, string>,
      body: body ? JSON.parse(body) : undefined,
    };
  }

  async rpc(who: string, era: Era, method: string, params: Params = {}): Promise<RpcAnswer> {
    const { headers, message } = wire(era, method, params);
    const authorization = `Bearer ${this.#service.tokens[who] ?? who}`;
    return this.send(mcpEvent(message, { ...headers, authorization }));
  }

  /** The result of a `tools/call`. */
  async call(who: string, name: string, input: unknown, more: { era?: Era; meta?: Record<string, unknown> } = {}) {
    const { era = '2026-07-28', meta } = more;
    const { body } = await this.rpc(who, era, 'tools/call', { name, arguments: input, ...(meta && { _meta: meta }) });
    return body.result as Body;
  }
}
