import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CallerRole, callerRoles, type ToolName } from '../../../lib/model.ts';
import { createToken } from '../../../lib/store/tokens.ts';
import type { Engine } from './engine.ts';
import { mcpEvent, toolEvent } from './event.ts';
import { type Exchange, recorder } from './exchange.ts';
import { coldCall, functionEnvironment } from './process.ts';
import { type Call, scenes } from './scenes.ts';

/** A tool's call and all that passed between it and the engine. */
export type Recording = { name: string; bundle: string; event: unknown; exchanges: Exchange[] };

/** What is called through `/mcp` as well: a read and a write. */
const throughMcp: readonly ToolName[] = ['atp_get', 'handoff'];

export const toolBundle = (bundles: string, tool: ToolName): string => join(bundles, tool, 'index.mjs');

const tokens = async ({ client, table }: Engine): Promise<Record<CallerRole, string>> => {
  const made = callerRoles.map(async (role) => {
    const { token } = await createToken(client, table, { role, name: `${role.slice(1)}-1`, days: 1 });
    return [role, token];
  });
  return Object.fromEntries(await Promise.all(made));
};

/** Brings each tool's scene about on the engine, then records the call that the benchmark repeats. */
export const record = async (engine: Engine, bundles: string, tools: readonly ToolName[]): Promise<Recording[]> => {
  Object.assign(process.env, functionEnvironment(engine.endpoint, engine.table));
  const tokenOf = await tokens(engine);
  const call: Call = async (tool, role, body) => {
    const { handler } = await import(pathToFileURL(resolve(toolBundle(bundles, tool))).href);
    const answer = await handler(toolEvent(tool, tokenOf[role], body), {});
    if (answer.statusCode !== 200) throw new Error(`${tool} in a scene answered ${answer.statusCode}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
  const recordings: Recording[] = [];
  const keep = async (name: string, bundle: string, event: unknown): Promise<void> => {
    const far = await recorder(engine.endpoint);
    await coldCall({ name, bundle, event }, functionEnvironment(far.endpoint, engine.table));
    await far.close();
    recordings.push({ name, bundle, event, exchanges: far.recorded });
  };
  for (const tool of tools) {
    const { role, body } = await scenes[tool](call, `AT-cold-${tool}`);
    await keep(tool, toolBundle(bundles, tool), toolEvent(tool, tokenOf[role], body));
    if (!throughMcp.includes(tool)) continue;
    const again = await scenes[tool](call, `AT-cold-mcp-${tool}`);
    await keep(`mcp-${tool}`, join(bundles, 'mcp', 'index.mjs'), mcpEvent(tool, tokenOf[again.role], again.body));
  }
  return recordings;
};
