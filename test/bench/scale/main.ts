/** `npm run bench:scale`: what calls cost, and how long they take, while the table grows. Status 0 only if nothing costs more. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tableAt } from '../../support/table.ts';
import { castOf, watched } from '../cast.ts';
import { hotfix, review } from '../stories.ts';
import { Tally } from '../tally.ts';
import { rawStep } from './raw.ts';
import { readsOf } from './reads.ts';
import { type Found, grown, RAW, report } from './report.ts';
import { type Loaded, startTables } from './tables.ts';

const HELP = `Requests, capacity units and times of every step of a hotfix and of every list, in tables of several sizes side by side.

  npm run bench:scale
  npm run bench:scale -- --atps 0,100000,1000000 --rounds 30

  --atps N,N   ATPs in each table, 3,000 of them open (default 0,100000,1000000: 3 GB of disk, 3 minutes to load)
  --rounds N   hotfixes in each, and reads of each kind (default 30)
`;

const WARM_UP = 3;
/** The board's lists take seconds. */
const ROUNDS_A_BOARD = 6;

const read = () => {
  const { atps, rounds, help } = parseArgs({
    options: {
      atps: { type: 'string', default: '0,100000,1000000' },
      rounds: { type: 'string', default: '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  if (!/^\d{1,7}(,\d{1,7})+$/.test(atps)) throw new Error(`--atps takes two whole numbers at least, not ${atps}`);
  if (!/^[1-9]\d{0,4}$/.test(rounds)) throw new Error(`--rounds takes a whole number of at least one, not ${rounds}`);
  return {
    help,
    sizes: atps
      .split(',')
      .map(Number)
      .toSorted((one, other) => one - other),
    rounds: Number(rounds),
  };
};

/** One table under measurement. */
class Measured implements Found {
  readonly atps: number;
  readonly tally = new Tally();
  readonly times = new Map<string, number[]>();
  readonly #loaded: Loaded;
  readonly #cast: Awaited<ReturnType<typeof castOf>>;

  private constructor(loaded: Loaded, cast: Awaited<ReturnType<typeof castOf>>) {
    this.atps = loaded.atps;
    this.#loaded = loaded;
    this.#cast = cast;
  }

  static async of(loaded: Loaded): Promise<Measured> {
    return new Measured(loaded, await castOf(loaded.counted.stack));
  }

  get sums(): Found['sums'] {
    return this.tally.sums;
  }

  /** Each step alone, and what it set off. */
  count(): Promise<void> {
    return this.#round('counted', true, async (name, step) => {
      const { answer, ...counted } = await this.#loaded.counted.counted(step);
      this.tally.add(name, counted);
      return answer;
    });
  }

  async time(round: number): Promise<void> {
    const { counted } = this.#loaded;
    counted.proxy.forget();
    const timed = async <Answer>(name: string, step: () => Promise<Answer>): Promise<Answer> => {
      const start = performance.now();
      const answer = await step();
      if (round < 0) return answer;
      const taken = this.times.get(name) ?? [];
      this.times.set(name, [...taken, performance.now() - start]);
      return answer;
    };
    await this.#round(`timed ${round}`, round % ROUNDS_A_BOARD === 0, timed);
    const table = tableAt(counted.proxy.url, counted.stack.dynamodb.table);
    await rawStep(table);
    await timed(RAW, () => rawStep(table));
    table.client.destroy();
  }

  async #round(key: string, withBoard: boolean, watch: Parameters<typeof watched>[1]): Promise<void> {
    const since = new Date().toISOString();
    const cast = watched(this.#cast, watch);
    const { atpId, reviewId } = await hotfix(cast, key);
    await review(cast, reviewId);
    for (const { name, run } of readsOf(this.#cast, this.#loaded.counted.stack, atpId, since))
      if (withBoard || !name.startsWith('board')) await watch(name, run);
  }
}

const measure = async (tables: readonly Loaded[], rounds: number): Promise<Found[]> => {
  const measured = await Promise.all(tables.map(Measured.of));
  for (const each of measured) await each.count();
  // In turn, so that what else the machine does strikes all.
  for (let round = -WARM_UP; round < rounds; round += 1) for (const each of measured) await each.time(round);
  return measured;
};

const run = async (): Promise<void> => {
  const { help, sizes, rounds } = read();
  if (help) return console.log(HELP);
  const directory = mkdtempSync(join(tmpdir(), 'bench-scale-'));
  // Gigabytes: nothing of them shall stay. The engines end with this process.
  const forget = (): void => rmSync(directory, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      forget();
      process.exit(1);
    });
  const tables: Loaded[] = [];
  try {
    await startTables(directory, sizes, tables, console.error);
    const found = await measure(tables, rounds);
    console.log(report(found));
    const more = grown(found);
    if (more.length > 0) console.log(`\nCosts more as the table grows: ${more.join('; ')}`);
    process.exitCode = more.length > 0 ? 1 : 0;
  } finally {
    for (const { counted } of tables) await counted.stop();
    forget();
  }
};

await run();
process.exit();
