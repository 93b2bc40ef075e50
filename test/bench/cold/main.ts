/**
 * `npm run bench:cold`: the time from a fresh process to the answer of a function's first call, as a ratio to the barest
 * SDK handler that sends the same requests. Both run in turns, so that what the machine does meanwhile strikes both.
 */

import { existsSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProbes, buildUsual, kilobytes } from './build.ts';
import { withEngine } from './engine.ts';
import { player } from './exchange.ts';
import { coldCall, functionEnvironment, type Subject } from './process.ts';
import { type Recording, record, subjectNames } from './record.ts';
import { goalOf, type Row, report } from './report.ts';
import { barest, usual } from './subjects.ts';

type Pair = { own: Subject; baseline: Subject; row: Row };

const options = () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      subjects: { type: 'string', default: subjectNames.join(',') },
      // Another build of the functions, to compare with.
      bundles: { type: 'string', default: 'dist/functions' },
    },
  });
  const { bundles } = values;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a whole number from 1`);
  if (!existsSync(join(bundles, 'mcp')))
    throw new Error(`there is no ${bundles}/mcp: npm run bundle makes dist/functions`);
  const subjects = values.subjects.split(',');
  const unknown = subjects.find((name) => !subjectNames.includes(name));
  if (unknown) throw new Error(`--subjects ${unknown}: of ${subjectNames.join(', ')}`);
  return { rounds, subjects, bundles };
};

const pairOf = (own: Subject, baseline: Subject): Pair => ({
  own,
  baseline,
  row: { subject: own.name, kilobytes: kilobytes(own.bundle), goal: goalOf(own.name), own: [], baseline: [] },
});

const isOfATool = ({ exchanges }: Recording): boolean =>
  exchanges.map(({ operation }) => operation).join() === 'BatchGetItem,TransactWriteItems';

const pairsOf = async (recordings: Recording[], endpoint: string): Promise<Pair[]> => {
  const pairs: Pair[] = [];
  for (const each of recordings) pairs.push(pairOf(each, await barest(each, endpoint)));
  const writing = recordings.find(isOfATool);
  return writing ? [...pairs, pairOf(usual(writing), await barest(writing, endpoint))] : pairs;
};

const measure = async ({ own, baseline, row }: Pair, ownFirst: boolean, environment: Record<string, string>) => {
  const runOwn = async () => row.own.push(await coldCall(own, environment));
  const runBaseline = async () => row.baseline.push(await coldCall(baseline, environment));
  for (const run of ownFirst ? [runOwn, runBaseline] : [runBaseline, runOwn]) await run();
};

const bench = async (rounds: number, bundles: string, subjects: readonly string[]): Promise<Row[]> => {
  await buildProbes();
  await buildUsual();
  const { recordings, place } = await withEngine(async (engine) => ({
    recordings: await record(engine, bundles, subjects),
    place: engine,
  }));
  const far = await player(recordings.flatMap(({ exchanges }) => exchanges));
  const environment = functionEnvironment(far.endpoint, place);
  try {
    const pairs = await pairsOf(recordings, far.endpoint);
    for (let round = 0; round < rounds; round++)
      for (const pair of pairs) await measure(pair, round % 2 === 0, environment);
    return pairs.map(({ row }) => row);
  } finally {
    await far.close();
  }
};

const run = async (): Promise<void> => {
  const { rounds, subjects, bundles } = options();
  const load = () => (loadavg()[0] ?? 0).toFixed(1);
  const before = load();
  const rows = await bench(rounds, bundles, subjects);
  console.log(`Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model.trim()}`);
  console.log(`median of ${rounds} rounds, a fresh process each; load ${before} before, ${load()} after\n`);
  console.log(report(rows));
};

await run().catch((error: unknown) => {
  console.error(`bench:cold: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
