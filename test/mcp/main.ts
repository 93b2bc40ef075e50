/**
 * `npm run test:conformance`: the protocol's own conformance suite against the endpoint in both eras, and a hotfix by the
 * official client of the older era. Status 0 only if all held, but what expected-failures-*.yaml lists with its reason.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { startStack } from '../../infra/local/start.ts';
import { playHotfix } from '../support/agents.ts';
import { oldAgent } from './old-client.ts';
import { serveFixtures } from './serve.ts';

const here = import.meta.dirname;
const suite = join(here, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** Fetched once, by the lockfile beside this file. */
const fetchPackages = (): void => {
  if (existsSync(suite)) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', here], { stdio: 'inherit' });
  if (status !== 0) throw new Error('npm could not fetch the suite');
};

const conforms = async (url: string, era: string, results: string): Promise<boolean> => {
  const baseline = join(here, `expected-failures-${era}.yaml`);
  const given = ['server', '--url', `${url}/mcp`, '--requirements', era, '--expected-failures', baseline];
  const child = spawn(process.execPath, [suite, ...given, '-o', join(results, era)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [status] = await once(child, 'exit');
  console.log(`\n${era}\n${printed.slice(printed.indexOf('=== SUMMARY ==='))}`);
  return status === 0;
};

const suites = async (results: string): Promise<boolean> => {
  const gateway = await serveFixtures();
  try {
    const held = [];
    for (const era of ['2026-07-28', '2025-11-25']) held.push(await conforms(gateway.url, era, results));
    return held.every(Boolean);
  } finally {
    await gateway.close();
  }
};

const hotfix = async (data: string): Promise<void> => {
  const stack = await startStack({ assembly: freshAssembly(console.log), data, port: 0 });
  try {
    const agent = (holder: string) => oldAgent(stack.url, stack.tokens[holder] ?? '');
    const [pm, one, other, operator] = await Promise.all(['@pm', '@dev', 'dev-2', '@operator'].map(agent));
    if (!pm || !one || !other || !operator) throw new Error('an agent is missing');
    await playHotfix({ pm, devs: [one, other], operator }, 'AT-old-era');
    await Promise.all([pm, one, other, operator].map((each) => each.close()));
  } finally {
    await stack.stop();
  }
};

fetchPackages();
const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
try {
  const held = await suites(directory);
  await hotfix(join(directory, 'stack'));
  console.log('\na hotfix by the client of 2025-11-25: every step held');
  if (!held) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
