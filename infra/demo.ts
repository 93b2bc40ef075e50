/** `npm run demo`: a whole hotfix on a stack of its own, told line by line. Status 0 only if every step held. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGovernance } from '../lib/client.ts';
import { Narration } from './demo/narration.ts';
import { playHotfix } from './demo/story.ts';
import { freshAssembly } from './local/assembly.ts';
import { type RunningStack, startStack } from './local/start.ts';

const STORY_LIMIT_MS = 20_000;

const play = async ({ url, tokens, data }: RunningStack, narration: Narration): Promise<void> => {
  const signal = AbortSignal.timeout(STORY_LIMIT_MS);
  const as = (label: string) => createGovernance({ url, token: tokens[label] ?? '', signal });
  const devs = { 'dev-1': as('@dev'), 'dev-2': as('dev-2') };
  await playHotfix(narration, { pm: as('@pm'), devs, outbox: join(data, 'outbox'), signal });
};

/** Leaves nothing behind, however it ends. */
const withStack = async (use: (stack: RunningStack) => Promise<void>): Promise<void> => {
  const assembly = freshAssembly(console.log);
  const data = mkdtempSync(join(tmpdir(), 'hotfix-demo-'));
  const starting = startStack({ assembly, data, port: 0 });
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= starting
      .then((stack) => stack.stop())
      .catch(() => undefined)
      .finally(() => rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
    return ended;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(1)));
  }
  // The reader of a pipe may leave early: `npm run demo | head`.
  process.stdout.once('error', () => void end().finally(() => process.exit(1)));
  try {
    await use(await starting);
  } finally {
    await end();
  }
};

const started = performance.now();
try {
  await withStack(async (stack) => {
    const narration = new Narration(process.stdout);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    narration.say(`A hotfix, from page to review, by the deployed code on this machine (up after ${seconds} s)\n`);
    await play(stack, narration);
    narration.say(`\nAll ${narration.steps} steps held, in ${narration.seconds} s.`);
  });
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
