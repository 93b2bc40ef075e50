import { Server, type ServerOptions, type Tool } from '@modelcontextprotocol/server';
import type { McpCall } from './call.ts';
import { instructions } from './instructions.ts';
import { promptOf, prompts, roleNames } from './prompts.ts';
import { readPage, readRecord } from './record.ts';
import { readResource, resources, resourceTemplates } from './resources.ts';
import { callTool, type RunTool } from './tool-call.ts';

/** `listTools` is asked only where a list is: no call of a tool waits for schemas. */
export type Parts = { run: RunTool; listTools: () => Promise<Tool[]> };

/** Milliseconds that a list may be kept: it changes with a deployment only. An ATP may change at any time. */
const list = { ttlMs: 300_000, cacheScope: 'private' } as const;
const fresh = { ttlMs: 0, cacheScope: 'private' } as const;

export const serverInfo = { name: 'hotfix-control-plane', title: 'Hotfix control plane', version: '0.1.0' };

/** Only what a client answers to a question of ours would be validated, and we ask none. */
const none = {
  getValidator: () => {
    throw new Error('this server asks its clients nothing');
  },
};

/** Nothing outlives a request that could announce a change: `listChanged` is false throughout. */
export const serverOptions: ServerOptions = {
  instructions,
  capabilities: {
    tools: { listChanged: false },
    prompts: { listChanged: false },
    resources: { listChanged: false, subscribe: false },
    completions: {},
  },
  cacheHints: {
    'server/discover': list,
    'tools/list': list,
    'prompts/list': list,
    'resources/list': list,
    'resources/templates/list': list,
    'resources/read': fresh,
  },
  jsonSchemaValidator: none,
};

/** A server for one request. */
export const mcpServer = (call: McpCall, { run, listTools }: Parts): Server => {
  const record = (atpId: string) => readRecord(run, call, atpId);
  const server = new Server(serverInfo, serverOptions);
  server.setRequestHandler('tools/list', async () => ({ tools: await listTools() }));
  server.setRequestHandler('tools/call', ({ params: { name, _meta: meta } }) =>
    callTool(run, call, { name, input: argumentsOf(call), meta }),
  );
  server.setRequestHandler('prompts/list', () => ({ prompts }));
  server.setRequestHandler('prompts/get', ({ params }) => promptOf(params.name, params.arguments ?? {}, record));
  server.setRequestHandler('resources/list', () => ({ resources: resources() }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) =>
    readResource(uri, { page: (atpId) => readPage(run, call, atpId), record }),
  );
  server.setRequestHandler('completion/complete', ({ params: { ref, argument } }) => ({
    completion: { values: ref.type === 'ref/prompt' && argument.name === 'role' ? rolesLike(argument.value) : [] },
  }));
  return server;
};

const argumentsOf = ({ message }: McpCall): unknown =>
  (message?.params as { arguments?: unknown } | undefined)?.arguments;

const rolesLike = (begun: string): string[] =>
  roleNames.filter((name) => name.startsWith(begun.toLowerCase().replace(/^@/, '')));
