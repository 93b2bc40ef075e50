/**
 * `npm run bench:cold`: the time from a fresh process to the answer of a tool's first call, as a ratio to the barest
 * SDK handler that sends the same requests. Both run in turns, so that what the machine does meanwhile strikes both.
 */

import { existsSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { type ToolName, toolNames } from '../../../lib/model.ts';
import { buildBaselines, kilobytes } from './build.ts';
import { withEngine } from './engine.ts';
import { player } from './exchange.ts';
import { coldCall, functionEnvironment, type Subject } from './process.ts';
import { type Recording, record, toolBundle } from './record.ts';
import { GOAL, type Row, report } from './report.ts';
import { barest, usual } from './subjects.ts';

type Pair = { own: Subject; baseline: Subject; row: Row };

const options = () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      tools: { type: 'string', default: toolNames.join(',') },
      // Another build of the functions, to compare with.
      bundles: { type: 'string', default: 'dist/functions' },
    },
  });
  const { bundles } = values;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a whole number from 1`);
  const tools = values.tools.split(',').map((name) => {
    const tool = toolNames.find((known) => known === name);
    if (!tool) throw new Error(`--tools ${name}: one of ${toolNames.join(', ')}`);
    const file = toolBundle(bundles, tool);
    if (!existsSync(file)) throw new Error(`there is no ${file}: npm run bundle makes dist/functions`);
    return tool;
  });
  return { rounds, tools, bundles };
};

const pairOf = (own: Subject, baseline: Subject): Pair => ({
  own,
  baseline,
  row: { tool: own.name, kilobytes: kilobytes(own.bundle), own: [], baseline: [] },
});

const pairsOf = (recordings: Recording[]): Pair[] => {
  const writing = recordings.find(({ exchanges }) => exchanges.at(-1)?.operation === 'TransactWriteItems');
  return [
    ...recordings.map((each) => pairOf(each, barest(each))),
    ...(writing ? [pairOf(usual(writing), barest(writing))] : []),
  ];
};

const measure = async ({ own, baseline, row }: Pair, ownFirst: boolean, environment: Record<string, string>) => {
  const runOwn = async () => row.own.push(await coldCall(own, environment));
  const runBaseline = async () => row.baseline.push(await coldCall(baseline, environment));
  for (const run of ownFirst ? [runOwn, runBaseline] : [runBaseline, runOwn]) await run();
};

const bench = async (rounds: number, bundles: string, tools: ToolName[]): Promise<Row[]> => {
  await buildBaselines();
  const { recordings, table } = await withEngine(async (engine) => ({
    recordings: await record(engine, bundles, tools),
    table: engine.table,
  }));
  const far = await player(recordings.flatMap(({ exchanges }) => exchanges));
  const environment = functionEnvironment(far.endpoint, table);
  const pairs = pairsOf(recordings);
  for (let round = 0; round < rounds; round++)
    for (const pair of pairs) await measure(pair, round % 2 === 0, environment);
  await far.close();
  return pairs.map(({ row }) => row);
};

const run = async (): Promise<void> => {
  const { rounds, tools, bundles } = options();
  const rows = await bench(rounds, bundles, tools);
  console.log(`Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model.trim()}`);
  console.log(`median of ${rounds} rounds, a fresh process each; goal: total at most ${GOAL} of the baseline's\n`);
  console.log(report(rows));
};

await run().catch((error: unknown) => {
  console.error(`bench:cold: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
