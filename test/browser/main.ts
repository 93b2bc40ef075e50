/** `npm run test:board`: the board in a real browser, on a stack of this machine. Status 0 only if every step held. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance } from '../../lib/client.ts';
import { Steps } from '../senders/steps.ts';
import { playDecision } from './decision.ts';
import { type Browser, startBrowser } from './driver.ts';
import { playMany } from './measure.ts';
import { playConnection, playHostile, playKeyboard, playSignIn, playTimes } from './scenes.ts';
import { playStory } from './story.ts';
import { Visitor } from './visitor.ts';

/** Two visitors watch, of a light desktop and a dark phone. */
const play = async (stack: RunningStack, browser: Browser, steps: Steps): Promise<void> => {
  const scene = { stack, browser, steps };
  const as = (label: string) => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });
  const { pm, dev } = { pm: as('@pm'), dev: as('@dev') };
  await playSignIn(scene);

  const token = stack.tokens['@pm'] ?? '';
  const detail = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'light' });
  const list = await Visitor.from(browser, stack.url, { on: 'phone', in: 'dark' });
  for (const visitor of [detail, list]) await visitor.signIn(token);
  await playStory({ steps, pm, dev, detail, list });
  await steps.step('neither had an error, a dialog or a request to another host', async () => {
    const complaints = [...detail.complaints, ...list.complaints];
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    return undefined;
  });
  await Promise.all([detail.leave(), list.leave()]);

  await pm.atp_set({ atpId: 'AT-KEYS', status: 'InProgress', title: 'Opened by keyboard' });
  await playKeyboard(scene);
  await playHostile(scene);
  await playDecision(scene);
  await playConnection(scene);
  await playTimes(scene);
  await playMany(scene);
};

/** Leaves nothing behind, however it ends. */
const run = async (): Promise<boolean> => {
  const browser = await startBrowser();
  const directory = mkdtempSync(join(tmpdir(), 'board-'));
  const stops: (() => unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
    () => browser.close(),
  ];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  console.log(`Chromium ${browser.version()}\nNode ${process.versions.node}\n`);
  mkdirSync(join(import.meta.dirname, '../../docs/board'), { recursive: true });
  const steps = new Steps();
  try {
    const stack = await startStack({ assembly: freshAssembly(console.log), data: join(directory, 'stack'), port: 0 });
    stops.push(stack.stop);
    await play(stack, browser, steps);
  } finally {
    await stop();
  }
  console.log(`\n${steps.passed} passed, ${steps.failed} failed`);
  return steps.failed === 0;
};

try {
  process.exit((await run()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
