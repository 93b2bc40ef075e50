/** `npm run bench:capacity`: what an incident asks of the table, and what it costs; what an idle month costs. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { loadTemplate } from '../../../infra/local/template.ts';
import { newId } from '../../support/service.ts';
import type { Cast } from '../cast.ts';
import { CountedStack } from '../counted-stack.ts';
import { bugfix, emergency, hotfix, review } from '../stories.ts';
import { billOf, HOURLY, keptMonthOf, type Line, totalOf } from './bill.ts';
import { idleMonthOf } from './idle.ts';
import { bill, counts } from './report.ts';
import { type Usage, usageOf } from './usage.ts';

/** Made by the story before. */
let reviewId = '';
const opened = async (story: Promise<{ atpId: string; reviewId: string }>): Promise<string[]> => {
  const made = await story;
  reviewId = made.reviewId;
  return [made.atpId, made.reviewId];
};

const stories: Record<string, (cast: Cast) => Promise<readonly string[]>> = {
  'A hotfix, from the page to its closure, with its review queued': (cast) => opened(hotfix(cast, 'checkout')),
  'Its review, to its closure': async (cast) => {
    await review(cast, reviewId);
    return [];
  },
  'An emergency, to its closure': (cast) => opened(emergency(cast, newId())),
  'A bugfix, to its closure': async (cast) => {
    const atpId = newId();
    await bugfix(cast, atpId);
    return [atpId];
  },
};

const about = ({ tally, timerHops, publications, emails, texts, storedBytes }: Usage): string =>
  `Of the write units, indexes: ${[...tally.indexes].map(([index, units]) => `${index} ${units}`).join(', ')}. ${publications} publications, ${emails} emails and ${texts} texts; ${timerHops} hops of timers until the last is due; ${storedBytes} bytes kept.`;

const run = async (): Promise<void> => {
  const data = mkdtempSync(join(tmpdir(), 'bench-capacity-'));
  const told: string[] = [];
  // The deadlines are the deployed ones; the digest is not waited for.
  const options = { data, timeouts: {}, digestInterval: 1, told: (line: string) => void told.push(line) };
  const counted = await CountedStack.start(options);
  let kept: Line[] | undefined;
  try {
    for (const [title, play] of Object.entries(stories)) {
      const usage = await usageOf(counted, told, play);
      const lines = billOf(usage);
      kept ??= keptMonthOf(usage);
      console.log(`${title}\n\n${counts(usage.tally)}\n\n${about(usage)}\n\n${bill(lines, 'used')}\n`);
      const shared = lines.filter(({ what }) => what === HOURLY);
      const each = totalOf(lines) - totalOf(shared);
      console.log(`A thousand in an hour: $${(1_000 * each + totalOf(shared)).toFixed(2)}, and the texts.\n`);
    }
    const deployed = idleMonthOf(loadTemplate(freshAssembly(() => undefined)));
    console.log(
      `An idle month, after so many hotfixes\n\n${bill([...deployed, ...(kept ?? [])], 'deployed, and kept')}`,
    );
  } finally {
    await counted.stop();
    rmSync(data, { recursive: true, force: true });
  }
};

await run();
process.exit();
