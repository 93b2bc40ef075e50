import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { LocalFunction } from '../../infra/local/functions.ts';
import { type Gateway, serveApi } from '../../infra/local/gateway.ts';
import { mcpEndpoint } from '../../lib/mcp/endpoint.ts';
import { serverOptions } from '../../lib/mcp/server.ts';
import { mintToken } from '../../lib/principal.ts';
import { fixtureServer } from './fixtures.ts';

/** The endpoint with the suite's own tools behind it, and a token put before it: the suite brings none. */
export const serveFixtures = (): Promise<Gateway> => {
  const handler = mcpEndpoint({
    serverFor: () => fixtureServer(serverOptions),
    identify: async () => undefined,
    allowedOrigins: [],
  });
  const authorization = `Bearer ${mintToken('@dev').token}`;
  const invoke = (given: object) => {
    const event = given as APIGatewayProxyEventV2;
    return handler({ ...event, headers: { ...event.headers, authorization } }, {} as Context);
  };
  const target = { invoke } as unknown as LocalFunction;
  return serveApi({ routes: [{ key: 'ANY /mcp', target, timeoutMs: 30_000 }] }, 0, () => {});
};
