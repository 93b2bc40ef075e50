/** `npm run soak:faults`: many calls while the ways between all parts of the service are bad (docs/faults.md). */

import '../support/quiet-metrics.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { oneDay } from './called.ts';
import { noticesOf } from './notices.ts';
import { numbersFrom } from './numbers.ts';
import { playAll } from './plays.ts';
import { add, type Counts, Ledger, section, sorted } from './report.ts';
import { skewedAssembly } from './skewed-assembly.ts';
import { tellAll } from './telling.ts';
import { startWeathered, type WeatheredStack } from './weathered-stack.ts';

const HELP = `Calls of clients that retry, while requests between callers, functions, table, SNS and SQS are lost, delayed,
repeated, refused and torn; every answer and all that is left is held against a model.

  npm run soak:faults
  npm run soak:faults -- --calls 20000 --seed 7 --percent 20 --skew 120

  --calls N    how many calls, at least (default 10000)
  --seed N     another seed makes other calls and other faults (default 1)
  --percent N  the share of requests that something happens to (default 10)
  --skew S     clocks of functions are off by up to S seconds, to either side, but for stories (default 120)
  --stories N  incidents whose deadlines run, told after the calls (default 200)
`;

/** A new stack after so many calls: the engine becomes slower with each record that its stream keeps. */
const CALLS_OF_A_STACK = 2_500;
const STORM = 25;
const PLAY = { length: 60, beside: 6 };
/** Seconds of the deadlines that stories wait for. */
const SOON = 3;
const PATIENCE_MS = 300_000;

type Given = { seed: number; percent: number; skew: number };

const ledger = new Ledger();
const answers: Counts = new Map();
const faults: Counts = new Map();
const total = { calls: 0, gaveUp: 0, requests: 0 };

const note = ({ retrying, weathers, told }: WeatheredStack): void => {
  total.calls += retrying.calls;
  total.gaveUp += retrying.gaveUp;
  add(answers, told);
  ledger.holdAnswers(retrying.calls, told);
  for (const [way, weather] of Object.entries(weathers)) {
    total.requests += weather.passed;
    add(faults, weather.injected, `${way}: `);
  }
};

const temporary = (): string => mkdtempSync(join(tmpdir(), 'soak-faults-'));
const forget = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

const under = async (
  { seed, percent, skew }: Given,
  timeouts: typeof oneDay,
  act: (weathered: WeatheredStack) => Promise<void>,
): Promise<void> => {
  const [data, copy] = [temporary(), temporary()];
  const fresh = freshAssembly(console.log);
  const assembly = skew > 0 ? skewedAssembly(fresh, copy, skew) : fresh;
  const climate = { seed, rate: percent / 100, storm: STORM };
  const weathered = await startWeathered({ data, climate, timeouts, assembly });
  try {
    weathered.blow(true);
    await act(weathered);
    const sent = await noticesOf(weathered.service.table, weathered.clear.sqs, { data, patienceMs: PATIENCE_MS });
    ledger.hold('notices', sent.owed, sent.violations);
  } finally {
    note(weathered);
    await weathered.stop();
    forget(data);
    forget(copy);
  }
};

const play = (given: Given, calls: number): Promise<void> =>
  under(given, oneDay, async ({ service, retrying }) => {
    const goesOn = (): boolean => retrying.calls < calls;
    const { tally, violations } = await playAll({ service, seed: given.seed, ...PLAY, goesOn });
    ledger.hold('model', tally.acts, violations);
  });

const tell = (given: Given, count: number): Promise<void> =>
  under({ ...given, skew: 0 }, { ...oneDay, acknowledgement: SOON, obligation: SOON }, async ({ service }) => {
    ledger.hold('stories', count, await tellAll(service, count, PATIENCE_MS));
  });

const run = async (): Promise<void> => {
  const given = numbersFrom(HELP, { calls: 10_000, seed: 1, percent: 10, skew: 120, stories: 200 });
  if (!given) return;
  const started = performance.now();
  for (let part = 0; total.calls < given.calls; part++) {
    await play({ ...given, seed: given.seed * 100 + part }, Math.min(CALLS_OF_A_STACK, given.calls - total.calls));
    console.log(`${total.calls} calls, ${ledger.violations.length} violations`);
  }
  if (given.stories > 0) await tell({ ...given, seed: given.seed * 100 + 99 }, given.stories);
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  const calls = new Map([
    ['made by callers', total.calls],
    ['whose client gave up, and was asked again with the same key', total.gaveUp],
  ]);
  console.log(`
${section(`calls, in ${seconds} s, seed ${given.seed}, clocks off by up to ${given.skew} s`, calls)}
${section('answers that arrived', sorted(answers))}
${section(`faults, of ${total.requests} requests`, sorted(faults))}
${ledger}`);
  if (ledger.violations.length > 0) process.exitCode = 1;
};

await run();
