/** `npm run bench:pages`: how long a page takes until the notice of its directive lies in the queue. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../../lib/client.ts';
import { sendPage } from '../send-page.ts';
import { Arrivals } from './arrivals.ts';
import { type Figures, report, type Taken } from './report.ts';

const HELP = `From sending a page to the notice of its directive in the queue of the directives' topic, one after the other.

  npm run bench:pages
  npm run bench:pages -- --pages 200

  --pages N   pages, and as many directives of @pm by the tools, in turn (default 200)
`;

/** Mails of a topic take turns 125 ms apart (lib/digest/turns.ts): a little more, and no notice is published in two parts. */
const APART_MS = 150;
/** Calls before those that count: functions are cold only once. */
const WARM_UP = 5;
/** Seconds. No deadline shall pass while others are measured. */
const UNHURRIED = { acknowledgement: 86_400, fix: 86_400 };

const read = () => {
  const { pages, help } = parseArgs({
    options: { pages: { type: 'string', default: '200' }, help: { type: 'boolean', short: 'h', default: false } },
  }).values;
  if (!/^[1-9]\d{0,4}$/.test(pages)) throw new Error(`--pages takes a whole number of at least one, not ${pages}`);
  return { help, pages: Number(pages) };
};

/** What a page does, by hand: the hotfix, then its directive. */
const direct = async (pm: Governance, subject: string): Promise<void> => {
  const { atp } = await pm.atp_set({ atpId: `AT-${subject.replace(' ', '-')}`, status: 'InProgress', title: subject });
  await pm.message_send({ atpId: atp.atpId, toAgent: '@dev', messageType: 'Directive', subject, body: subject });
};

const timed = async (arrivals: Arrivals, subject: string, send: () => Promise<void>): Promise<Taken> => {
  // Asked beforehand: the notice may be there before the answer is.
  const noticed = arrivals.of(subject);
  const start = performance.now();
  const [answeredMs, at] = await Promise.all([send().then(() => performance.now() - start), noticed]);
  await pause(APART_MS);
  return { answeredMs, noticedMs: at - start };
};

/** In turn, so that what else the machine does strikes both. */
const measure = async (stack: RunningStack, count: number): Promise<Figures> => {
  const pm = createGovernance({ url: stack.url, token: stack.tokens['@pm'] ?? '' });
  const arrivals = new Arrivals(stack.sqs);
  const pages: Taken[] = [];
  const baseline: Taken[] = [];
  for (let round = -WARM_UP; round < count; round += 1) {
    const name = String(round + WARM_UP);
    const page = await timed(arrivals, `page ${name}`, () => sendPage(stack, `page ${name}`));
    const byHand = await timed(arrivals, `directive ${name}`, () => direct(pm, `directive ${name}`));
    if (round < 0) continue;
    pages.push(page);
    baseline.push(byHand);
  }
  return { pages, baseline };
};

const run = async (): Promise<void> => {
  const { help, pages } = read();
  if (help) return console.log(HELP);
  const data = mkdtempSync(join(tmpdir(), 'bench-pages-'));
  const assembly = freshAssembly(() => undefined);
  const stack = await startStack({ assembly, data, port: 0, timeouts: UNHURRIED });
  try {
    console.log(report(await measure(stack, pages)));
  } finally {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
};

await run();
process.exit();
