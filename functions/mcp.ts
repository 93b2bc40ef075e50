/** `/mcp`: every tool through the Model Context Protocol. A call runs the tool's own handler, in this process. */

// First: what it sets holds for schemas made after it.
import '../lib/mcp/jitless.ts';

import type { Tool } from '@modelcontextprotocol/server';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { env, requiredJson } from '../lib/env.ts';
import { bearerToken } from '../lib/http/bearer.ts';
import { mcpEndpoint } from '../lib/mcp/endpoint.ts';
import { mcpServer } from '../lib/mcp/server.ts';
import type { ToolName } from '../lib/model.ts';
import { openTable } from '../lib/store/client.ts';
import { keys } from '../lib/store/keys.ts';
import { readItems } from '../lib/store/read.ts';
import { identify } from '../lib/tool.ts';
import type { ToolModule } from './tools.ts';

const table = openTable();

/** Each is made when it is first called: a first call waits for its own tool alone. */
const load: Readonly<Record<ToolName, () => Promise<Pick<ToolModule, 'handler'>>>> = {
  atp_set: () => import('./tools/atp_set.ts'),
  atp_create: () => import('./tools/atp_create.ts'),
  atp_change_status: () => import('./tools/atp_change_status.ts'),
  atp_close: () => import('./tools/atp_close.ts'),
  handoff: () => import('./tools/handoff.ts'),
  message_send: () => import('./tools/message_send.ts'),
  message_ack: () => import('./tools/message_ack.ts'),
  artifact_create: () => import('./tools/artifact_create.ts'),
  checklist_update: () => import('./tools/checklist_update.ts'),
  atp_get: () => import('./tools/atp_get.ts'),
  atp_list: () => import('./tools/atp_list.ts'),
  message_list: () => import('./tools/message_list.ts'),
  artifact_get: () => import('./tools/artifact_get.ts'),
  flow_get: () => import('./tools/flow_get.ts'),
};

const listTools = async (): Promise<Tool[]> => {
  const [{ toolList }, { tools }] = await Promise.all([import('../lib/mcp/tool-list.ts'), import('./tools.ts')]);
  return toolList(tools);
};
let listed: Promise<Tool[]> | undefined;

export const handler = mcpEndpoint({
  serverFor: (call) =>
    mcpServer(call, {
      run: async (name, event) => (await load[name]()).handler(event, {} as Context),
      listTools: () => (listed ??= listTools()),
    }),
  identify: async (event: APIGatewayProxyEventV2) => {
    const token = keys.token(bearerToken(event));
    return identify(await readItems(table, [token]), token);
  },
  allowedOrigins: requiredJson<string[]>(env.mcpAllowedOrigins),
});
