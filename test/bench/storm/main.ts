/** `npm run bench:storm`: how old notices are when machines and people get them, of many incidents at once. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../../infra/local/start.ts';
import { sendPage } from '../send-page.ts';
import { mailsOf, noticesIn } from './arrivals.ts';
import { report } from './report.ts';

const HELP = `From a notice being written to its coming to machines and by email, of pages that are sent all at once.

  npm run bench:storm
  npm run bench:storm -- --incidents 500

  --incidents N   pages, each of an incident of its own and so with a directive (default 500)
`;

/** Seconds. No deadline shall pass meanwhile. */
const UNHURRIED = { acknowledgement: 86_400, fix: 86_400 };
/** So many are under way at a time: the others follow as these are answered. */
const SENDERS = 50;
const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 240_000;

const read = () => {
  const { incidents, help } = parseArgs({
    options: { incidents: { type: 'string', default: '500' }, help: { type: 'boolean', short: 'h', default: false } },
  }).values;
  if (!/^[1-9]\d{0,3}$/.test(incidents))
    throw new Error(`--incidents takes a whole number from 1 to 9999, not ${incidents}`);
  return { help, incidents: Number(incidents) };
};

const sendAll = async (stack: RunningStack, incidents: number): Promise<void> => {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < incidents) await sendPage(stack, `storm ${next++}`);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
};

const measure = async (stack: RunningStack, incidents: number): Promise<string> => {
  const startedAt = Date.now();
  await sendAll(stack, incidents);
  const sentWithinMs = Date.now() - startedAt;
  const machines = new Map<string, { writtenAt: number; at: number }>();
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(LOOK_EVERY_MS)) {
    for (const notice of await noticesIn(stack.sqs)) machines.set(notice.messageId, notice);
    const { own, digests } = mailsOf(stack.data);
    const mailed = new Set([...own, ...digests].map(({ messageId }) => messageId));
    if (machines.size === incidents && mailed.size === incidents)
      return report({ sentWithinMs, machines: [...machines.values()], own, digests, writtenAt: machines });
  }
  throw new Error(`not all of ${incidents} notices came within ${PATIENCE_MS / 1_000} s`);
};

const run = async (): Promise<void> => {
  const { help, incidents } = read();
  if (help) return console.log(HELP);
  const data = mkdtempSync(join(tmpdir(), 'bench-storm-'));
  const stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, timeouts: UNHURRIED });
  try {
    console.log(await measure(stack, incidents));
  } finally {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
};

await run();
process.exit();
