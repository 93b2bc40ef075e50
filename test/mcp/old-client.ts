import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Agent, calledOf } from '../support/agents.ts';

/** As much of the 1.x client as is used here: it is installed in this folder alone. */
type OldClient = {
  connect: (transport: unknown) => Promise<void>;
  listTools: () => Promise<unknown>;
  callTool: (call: object) => Promise<{ isError?: unknown; structuredContent?: unknown; content?: unknown }>;
  close: () => Promise<void>;
};
type New<T> = new (...given: unknown[]) => T;

const here = createRequire(import.meta.url);
const load = async <T>(path: string): Promise<T> =>
  (await import(pathToFileURL(here.resolve(`@modelcontextprotocol/sdk/${path}`)).href)) as T;

/** The official client of the 2025-11-25 era. */
export const oldAgent = async (url: string, token: string): Promise<Agent & { close: () => Promise<void> }> => {
  const { Client } = await load<{ Client: New<OldClient> }>('client/index.js');
  const { StreamableHTTPClientTransport } = await load<{ StreamableHTTPClientTransport: New<unknown> }>(
    'client/streamableHttp.js',
  );
  const client = new Client({ name: 'old', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  // From here on it holds every answer against its schema.
  await client.listTools();
  return {
    call: async (name, input) => calledOf(await client.callTool({ name, arguments: input })),
    close: () => client.close(),
  };
};
