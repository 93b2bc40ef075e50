/** `npm run bench:burst`: how old notices are when machines and SMS get them, when many incidents begin at about the same time. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { startStack } from '../../../infra/local/start.ts';
import { onEach } from '../../support/callers.ts';
import { castOf } from '../cast.ts';
import { UNHURRIED } from '../counted-stack.ts';
import { report } from './report.ts';

const HELP = `Pages, ten at a time, and how old the notice of each directive is when it is published to machines and SMS.

  npm run bench:burst
  npm run bench:burst -- --pages 50,200

  --pages N,N   bursts of so many, each on a stack of its own (default 50,200)
`;

const PATIENCE_MS = 300_000;

const read = () => {
  const { pages, help } = parseArgs({
    options: { pages: { type: 'string', default: '50,200' }, help: { type: 'boolean', short: 'h', default: false } },
  }).values;
  if (!/^[1-9]\d{0,3}(,[1-9]\d{0,3})*$/.test(pages)) throw new Error(`--pages takes whole numbers, not ${pages}`);
  return { help, bursts: pages.split(',').map(Number) };
};

/** The notifier tells it of each that it publishes. */
const agesIn = (log: string): number[] =>
  [...readFileSync(log, 'utf8').matchAll(/"NoticeAge":(\d+)/g)].map(([, age]) => Number(age));

const burst = async (pages: number): Promise<Parameters<typeof report>[0][number]> => {
  const data = mkdtempSync(join(tmpdir(), 'bench-burst-'));
  const stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, timeouts: UNHURRIED });
  try {
    const { page } = await castOf(stack);
    const keys = Array.from({ length: pages }, (_, position) => `alert ${position}`);
    const began = performance.now();
    await onEach(keys, page);
    const takenMs = performance.now() - began;
    for (const deadline = Date.now() + PATIENCE_MS; ; await pause(200)) {
      const ages = agesIn(join(data, 'functions.log'));
      if (ages.length >= pages) return { takenMs, ages };
      if (Date.now() > deadline) throw new Error(`${ages.length} of ${pages} notices within ${PATIENCE_MS / 1_000} s`);
    }
  } finally {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
};

const run = async (): Promise<void> => {
  const { help, bursts } = read();
  if (help) return console.log(HELP);
  const figures = [];
  for (const pages of bursts) figures.push(await burst(pages));
  console.log(report(figures));
};

await run();
process.exit();
