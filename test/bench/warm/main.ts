/**
 * `npm run bench:warm`: what a warm function's own work takes. Its call and that of the barest handler of the same
 * requests are answered by the same recording: what one takes longer is not the engine's.
 */

import { arch, cpus, loadavg, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { toolNames } from '../../../lib/model.ts';
import { buildProbes } from '../cold/build.ts';
import { withEngine } from '../cold/engine.ts';
import { player } from '../cold/exchange.ts';
import { functionEnvironment, type Place, type Subject } from '../cold/process.ts';
import { record } from '../cold/record.ts';
import { barest } from '../cold/subjects.ts';
import { GOAL_MS, type Row, report } from './report.ts';
import { startWarm } from './warm-process.ts';

/** Calls that one side makes before it is the other's turn. */
const TURN = 20;

/** All but those that keep for a minute what they have read: their baseline would read it at every call. */
const subjectNames: readonly string[] = [
  ...toolNames,
  'pager-events',
  'pager-alertmanager',
  'pager-generic',
  'notify',
  'queue-events',
];

const options = () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      calls: { type: 'string', default: '300' },
      subjects: { type: 'string', default: subjectNames.join(',') },
      bundles: { type: 'string', default: 'dist/functions' },
    },
  });
  const [rounds, calls] = [Number(values.rounds), Number(values.calls)];
  if (![rounds, calls].every((given) => Number.isInteger(given) && given > 0))
    throw new Error('--rounds and --calls: whole numbers from 1');
  return { rounds, calls, subjects: values.subjects.split(','), bundles: values.bundles };
};

type Options = ReturnType<typeof options>;
type Pair = { own: Subject; baseline: Subject; row: Row };

/** Both are warmed up, then take turns: what else the machine does strikes both. */
const measure = async (
  { own, baseline, row }: Pair,
  calls: number,
  environment: Record<string, string>,
): Promise<void> => {
  const sides = [
    { times: row.own, process: startWarm(own, environment) },
    { times: row.baseline, process: startWarm(baseline, environment) },
  ];
  try {
    for (const { process } of sides) await process.call(calls);
    for (let made = 0; made < calls; made += TURN)
      for (const { times, process } of sides) times.push(...(await process.call(Math.min(TURN, calls - made))));
  } finally {
    await Promise.all(sides.map(({ process }) => process.end()));
  }
};

const bench = async (given: Options): Promise<Row[]> => {
  await buildProbes();
  const { recordings, place } = await withEngine(async (engine) => ({
    recordings: await record(engine, given.bundles, given.subjects),
    place: engine as Place,
  }));
  const far = await player(recordings.flatMap(({ exchanges }) => exchanges));
  try {
    const pairs: Pair[] = [];
    for (const own of recordings)
      pairs.push({ own, baseline: await barest(own, far.endpoint), row: { subject: own.name, own: [], baseline: [] } });
    for (let round = 0; round < given.rounds; round++)
      for (const pair of pairs) await measure(pair, given.calls, functionEnvironment(far.endpoint, place));
    return pairs.map(({ row }) => row);
  } finally {
    await far.close();
  }
};

const run = async (): Promise<void> => {
  const given = options();
  const load = () => (loadavg()[0] ?? 0).toFixed(1);
  const before = load();
  const rows = await bench(given);
  console.log(`Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model.trim()}`);
  console.log(
    `${given.rounds} processes each, ${given.calls} calls before and ${given.calls} that count; load ${before} before, ${load()} after; goal: ${GOAL_MS} ms more at most\n`,
  );
  console.log(report(rows));
};

await run().catch((error: unknown) => {
  console.error(`bench:warm: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
