/** `npm run bench:flow`: whole hotfixes through the local stack, several at once, and the same requests to the table made raw. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { startStack } from '../../../infra/local/start.ts';
import { castOf, watched } from '../cast.ts';
import { UNHURRIED } from '../counted-stack.ts';
import { hotfix, review } from '../stories.ts';
import { record, startRaw } from './raw.ts';
import { report } from './report.ts';

const HELP = `Hotfixes from the page to the closed review, through the gateway and the functions of a local stack.

  npm run bench:flow
  npm run bench:flow -- --hotfixes 120 --at-once 4

  --hotfixes N   hotfixes (default 120)
  --at-once N    of these so many at the same time (default 4)
`;

/** Rounds before those that count: functions are cold only once. */
const WARM_UP = 2;

const read = () => {
  const { help, ...counts } = parseArgs({
    options: {
      hotfixes: { type: 'string', default: '120' },
      'at-once': { type: 'string', default: '4' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  for (const [flag, value] of Object.entries(counts))
    if (!/^[1-9]\d{0,4}$/.test(value)) throw new Error(`--${flag} takes a whole number of at least one, not ${value}`);
  return { help, hotfixes: Number(counts.hotfixes), atOnce: Number(counts['at-once']) };
};

/** What one side took, in rounds. */
class Side {
  readonly times = new Map<string, number[]>();
  stories = 0;
  milliseconds = 0;

  async round(
    count: number,
    counts: boolean,
    play: (key: number, timed: typeof this.timed) => Promise<void>,
  ): Promise<void> {
    const start = performance.now();
    await Promise.all(
      Array.from({ length: count }, (_, place) => play(place, counts ? this.timed : (_, step) => step())),
    );
    if (!counts) return;
    this.milliseconds += performance.now() - start;
    this.stories += count;
  }

  readonly timed = async <Answer>(name: string, step: () => Promise<Answer>): Promise<Answer> => {
    const start = performance.now();
    const answer = await step();
    const taken = this.times.get(name);
    if (taken) taken.push(performance.now() - start);
    else this.times.set(name, [performance.now() - start]);
    return answer;
  };
}

const run = async (): Promise<void> => {
  const { help, hotfixes, atOnce } = read();
  if (help) return console.log(HELP);
  const directory = mkdtempSync(join(tmpdir(), 'bench-flow-'));
  const made = (name: string): string => {
    mkdirSync(join(directory, name));
    return join(directory, name);
  };
  const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    const recording = await record(made('recorded'));
    const raw = await startRaw(recording, join(made('raw'), 'table.sqlite'));
    stops.push(raw.engine.stop);
    const assembly = freshAssembly(() => undefined);
    const stack = await startStack({ assembly, data: made('stack'), port: 0, timeouts: UNHURRIED });
    stops.push(stack.stop);
    const cast = await castOf(stack);
    const [service, baseline] = [new Side(), new Side()];
    // In turn, so that what else the machine does strikes both.
    for (let round = -WARM_UP; round * atOnce < hotfixes; round += 1) {
      await service.round(atOnce, round >= 0, async (place, timed) => {
        const seen = watched(cast, timed);
        const { reviewId } = await hotfix(seen, `${round} ${place}`);
        await review(seen, reviewId);
      });
      await baseline.round(atOnce, round >= 0, (_, timed) => raw.play(timed));
    }
    console.log(report(service, baseline));
  } finally {
    while (stops.length > 0) await stops.pop()?.();
  }
};

await run();
process.exit();
