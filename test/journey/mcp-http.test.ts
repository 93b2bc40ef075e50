import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';
import { type Agent, calledOf, playHotfix } from '../support/agents.ts';
import { wire } from '../support/mcp.ts';
import { type Body, newId } from '../support/service.ts';
import { givenProcess, isGone, type Started } from '../support/stack-process.ts';
import { until } from '../support/until.ts';

const STACK_MS = 60_000;
const bridge = join(import.meta.dirname, '../../infra/mcp.ts');

const givenAgent = async ({ stack }: Started, holder: string): Promise<Agent> => {
  const client = new Client({ name: 'new', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const authProvider = { token: async () => stack.tokens[holder] };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${stack.url}/mcp`), { authProvider }));
  onTestFinished(() => client.close());
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  await client.listTools();
  return { call: async (name, input) => calledOf(await client.callTool({ name, arguments: input })) };
};

type Bridge = { ask: (method: string, params?: Body) => Promise<Body>; printed: string[] };

const givenBridge = (data: string, ...args: string[]): Bridge => {
  const child = spawn(process.execPath, [bridge, '--data', data, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  const printed: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  const ask = async (method: string, params?: Body): Promise<Body> => {
    const seen = printed.length;
    child.stdin.write(`${JSON.stringify(wire('2026-07-28', method, params).message)}\n`);
    await until(() => printed.length > seen);
    return JSON.parse(printed.at(-1) ?? '');
  };
  return { ask, printed };
};

test(
  'given a stack, then agents run a hotfix through it, by HTTP and by a bridge that outlives the stack',
  async () => {
    const started = await givenProcess();
    const { url } = started.stack;
    const [pm, one, other, operator] = await Promise.all([
      givenAgent(started, '@pm'),
      givenAgent(started, '@dev'),
      givenAgent(started, 'dev-2'),
      givenAgent(started, '@operator'),
    ]);
    const atpId = newId();
    await playHotfix({ pm, devs: [one, other], operator }, atpId);

    const refused = await fetch(`${url}/mcp`, { method: 'POST', body: '{}' });
    const challenge = refused.headers.get('www-authenticate') ?? '';
    const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    expect(await (await fetch(metadata)).json()).toMatchObject({ resource: `${url}/mcp` });
    expect((await fetch(`${url}/mcp`)).status).toBe(405);

    const { ask, printed } = givenBridge(started.data, '--principal', 'dev-2');
    const read = { name: 'atp_get', arguments: { atpId } };
    expect((await ask('tools/call', read)).result.structuredContent.atp.status).toBe('Closed');
    expect((await ask('resources/read', { uri: 'atp://ÄÖ' })).error.code).toBe(-32602);
    started.child.kill('SIGTERM');
    await until(() => isGone(started));
    expect((await ask('tools/call', read)).error.code).toBe(-32000);
    await givenProcess({ data: started.data });
    expect((await ask('tools/call', read)).result.structuredContent.atp.status).toBe('Closed');
    expect(printed.map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0', '2.0', '2.0', '2.0']);
  },
  STACK_MS,
);
