import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pagerEntry } from '../../../infra/entries.ts';
import { type CallerRole, callerRoles, type ToolName, toolNames } from '../../../lib/model.ts';
import { createToken } from '../../../lib/store/tokens.ts';
import { behind, behindEvent } from './behind.ts';
import type { Engine } from './engine.ts';
import { httpEvent, mcpEvent, toolEvent } from './event.ts';
import { type Exchange, recorder } from './exchange.ts';
import { pagedDoors, pageEvent } from './pages.ts';
import { coldCall, functionEnvironment } from './process.ts';
import { type Call, scenes } from './scenes.ts';

/** A call of a function and all that passed between it and AWS. */
export type Recording = { name: string; bundle: string; event: unknown; exchanges: Exchange[] };

/** What is called through `/mcp` as well: a read and a write. */
const throughMcp = ['atp_get', 'handoff'] as const satisfies readonly ToolName[];

const bundleOf = (bundles: string, entry: string): string => join(bundles, entry, 'index.mjs');

type Scene = { entry: string; event: (staged: Staged) => Promise<unknown> };
type Staged = { engine: Engine; call: Call; tokens: Record<CallerRole, string> };

/** Every subject by its name: the function, and the event that brings it into the state where its call succeeds. */
const staged: Readonly<Record<string, Scene>> = {
  ...Object.fromEntries(
    toolNames.map((tool): [string, Scene] => [
      tool,
      {
        entry: tool,
        event: async ({ call, tokens }) => {
          const { role, body } = await scenes[tool](call, `AT-cold-${tool}`);
          return toolEvent(tool, tokens[role], body);
        },
      },
    ]),
  ),
  ...Object.fromEntries(
    throughMcp.map((tool): [string, Scene] => [
      `mcp-${tool}`,
      {
        entry: 'mcp',
        event: async ({ call, tokens }) => {
          const { role, body } = await scenes[tool](call, `AT-cold-mcp-${tool}`);
          return mcpEvent(tool, tokens[role], body);
        },
      },
    ]),
  ),
  ...Object.fromEntries(
    pagedDoors.map((door): [string, Scene] => [
      pagerEntry(door),
      { entry: pagerEntry(door), event: ({ engine }) => pageEvent(engine, door) },
    ]),
  ),
  ...Object.fromEntries(
    behind.map((name): [string, Scene] => [
      name,
      { entry: name, event: ({ engine, call }) => behindEvent(engine, call, name) },
    ]),
  ),
  board: { entry: 'board', event: async () => httpEvent('/', '', {}, 'GET') },
};

export const subjectNames: readonly string[] = Object.keys(staged);

const makeTokens = async ({ client, table }: Engine): Promise<Record<CallerRole, string>> => {
  const made = callerRoles.map(async (role) => {
    const { token } = await createToken(client, table, { role, name: `${role.slice(1)}-1`, days: 1 });
    return [role, token];
  });
  return Object.fromEntries(await Promise.all(made));
};

/** Brings each subject's scene about on the engines, then records the call that the benchmark repeats. */
export const record = async (engine: Engine, bundles: string, names: readonly string[]): Promise<Recording[]> => {
  Object.assign(process.env, functionEnvironment(engine.engines.dynamodb, engine));
  const tokens = await makeTokens(engine);
  const call: Call = async (tool, role, body) => {
    const { handler } = await import(pathToFileURL(resolve(bundleOf(bundles, tool))).href);
    const answer = await handler(toolEvent(tool, tokens[role], body), {});
    if (answer.statusCode !== 200) throw new Error(`${tool} in a scene answered ${answer.statusCode}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
  const recordings: Recording[] = [];
  for (const name of names) {
    const scene = staged[name];
    if (!scene) throw new Error(`there is no subject ${name}`);
    const bundle = bundleOf(bundles, scene.entry);
    const event = await scene.event({ engine, call, tokens });
    const far = await recorder(engine.engines);
    await coldCall({ name, bundle, event }, functionEnvironment(far.endpoint, engine)).finally(far.close);
    recordings.push({ name, bundle, event, exchanges: far.recorded });
  }
  return recordings;
};
