/** `/mcp`: every tool through the Model Context Protocol. A call runs the tool's own handler, in this process. */

import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { env, requiredJson } from '../lib/env.ts';
import { bearerToken } from '../lib/http/bearer.ts';
import { mcpEndpoint } from '../lib/mcp/endpoint.ts';
import { mcpServer } from '../lib/mcp/server.ts';
import { toolList } from '../lib/mcp/tool-list.ts';
import { openTable } from '../lib/store/client.ts';
import { keys } from '../lib/store/keys.ts';
import { readItems } from '../lib/store/read.ts';
import { identify } from '../lib/tool.ts';
import { tools } from './tools.ts';

const table = openTable();

let listed: ReturnType<typeof toolList> | undefined;

export const handler = mcpEndpoint({
  serverFor: (call) =>
    mcpServer(call, {
      run: (name, event) => tools[name].handler(event, {} as Context),
      listTools: async () => (listed ??= toolList(tools)),
    }),
  identify: async (event: APIGatewayProxyEventV2) => {
    const token = keys.token(bearerToken(event));
    return identify(await readItems(table, [token]), token);
  },
  allowedOrigins: requiredJson<string[]>(env.mcpAllowedOrigins),
});
