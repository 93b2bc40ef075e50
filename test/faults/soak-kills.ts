/** `npm run soak:kills`: calls while parts of the service, and all of it, are killed outright (docs/faults.md). */

import '../support/quiet-metrics.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { behind, type Called, oneDay } from './called.ts';
import { killByChance, tellMeanwhile } from './killing.ts';
import { Mortal } from './mortal.ts';
import { noticesOf } from './notices.ts';
import { numbersFrom } from './numbers.ts';
import { playAll } from './plays.ts';
import { add, type Counts, Ledger, section, sorted } from './report.ts';
import { endsOf } from './telling.ts';

const HELP = `Calls of clients that retry, while handlers, notifier, timer, engine and the whole stack are killed outright and
started again; half of the time the model plays, half of it incidents are told whose deadlines run.

  npm run soak:kills
  npm run soak:kills -- --kills 200 --seed 7
  npm run soak:kills -- --minutes 30

  --kills N    how many kills (default 60)
  --minutes N  for how long instead, at least
  --seed N     another seed makes other calls and other kills (default 1)
`;

const PLAY = { length: 60, beside: 4 };
const TELLERS = 8;
/** Seconds of the deadlines that stories wait for. */
const SOON = 3;
const PATIENCE_MS = 300_000;

const ledger = new Ledger();
const answers: Counts = new Map();
const killed: Counts = new Map();
const total = { calls: 0, gaveUp: 0 };

type Load = (called: Called, goesOn: () => boolean) => Promise<void>;

/** One half: the load goes on for as long as there are kills. */
const under = async (seed: number, timeouts: typeof oneDay, goesOn: (count: number) => boolean, load: Load) => {
  const data = mkdtempSync(join(tmpdir(), 'soak-kills-'));
  const mortal = await Mortal.start({ data, timeouts });
  const called = await behind(mortal, timeouts);
  try {
    let over = false;
    const loaded = load(called, () => !over);
    add(
      killed,
      await killByChance(mortal, { seed, goesOn }).finally(() => {
        over = true;
      }),
    );
    await loaded;
    const sent = await noticesOf(called.service.table, mortal.stack.sqs, { data, patienceMs: PATIENCE_MS });
    ledger.hold('notices', sent.owed, sent.violations);
  } finally {
    const { retrying, told } = called;
    total.calls += retrying.calls;
    total.gaveUp += retrying.gaveUp;
    add(answers, told);
    ledger.holdAnswers(retrying.calls, told);
    await called.stop();
    await mortal.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
};

const play =
  (seed: number): Load =>
  async ({ service }, goesOn) => {
    const { tally, violations } = await playAll({ service, seed, ...PLAY, goesOn });
    ledger.hold('model', tally.acts, violations);
  };

const tell: Load = async ({ service }, goesOn) => {
  const { told, faults } = await tellMeanwhile(service, TELLERS, goesOn);
  ledger.hold('stories', told.length, [...faults, ...(await endsOf(service, told, PATIENCE_MS))]);
};

const run = async (): Promise<void> => {
  const given = numbersFrom(HELP, { kills: 60, minutes: 0, seed: 1 });
  if (!given) return;
  freshAssembly(console.log);
  const started = performance.now();
  const halfway = (half: 1 | 2): ((count: number) => boolean) => {
    const until = performance.now() + given.minutes * 30_000;
    const kills = half === 1 ? Math.floor(given.kills / 2) : Math.ceil(given.kills / 2);
    return (count) => (given.minutes > 0 ? performance.now() < until : count < kills);
  };
  await under(given.seed * 10 + 1, oneDay, halfway(1), play(given.seed));
  console.log(`${total.calls} calls, ${ledger.violations.length} violations`);
  await under(given.seed * 10 + 2, { ...oneDay, acknowledgement: SOON, obligation: SOON }, halfway(2), tell);
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  const calls = new Map([
    ['made by callers', total.calls],
    ['whose client gave up, and was asked again with the same key', total.gaveUp],
  ]);
  const kills = [...killed.values()].reduce((sum, each) => sum + each, 0);
  console.log(`
${section(`calls, in ${seconds} s, seed ${given.seed}`, calls)}
${section('answers that arrived', sorted(answers))}
${section(`kills: ${kills}`, sorted(killed))}
${ledger}`);
  if (ledger.violations.length > 0) process.exitCode = 1;
};

await run();
