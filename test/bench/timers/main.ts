/** `npm run bench:timers`: how late escalations are written when many deadlines pass at about the same time. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { startStack } from '../../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../../lib/client.ts';
import { onEach } from '../../support/callers.ts';
import { type Firing, report } from './report.ts';

const HELP = `How late the escalations of P0 directives are that nobody acknowledges, many at about the same time.

  npm run bench:timers
  npm run bench:timers -- --timers 200 --seconds 30

  --timers N    hotfixes with such a directive (default 200)
  --seconds S   the acknowledgement time-out (default 30): the directives are sent within it
`;

/** Between two questions for what came of one. */
const ASK_AGAIN_MS = 1_000;
const PATIENCE_MS = 120_000;

const read = () => {
  const { help, ...counts } = parseArgs({
    options: {
      timers: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  for (const [flag, value] of Object.entries(counts))
    if (!/^[1-9]\d{0,4}$/.test(value)) throw new Error(`--${flag} takes a whole number of at least one, not ${value}`);
  return { help, timers: Number(counts.timers), seconds: Number(counts.seconds) };
};

const direct = async (governance: Governance, atpId: string): Promise<void> => {
  await governance.message_send({
    atpId,
    toAgent: '@dev',
    messageType: 'Directive',
    subject: 'Fix it',
    body: 'Checkout answers 500.',
  });
};

const DEADLINE = 'acknowledgement@dev';

const dueAt = async (governance: Governance, atpId: string): Promise<number> => {
  const { atp } = await governance.atp_get({ atpId });
  const running = atp.deadlines?.find(({ deadline, firings }) => deadline === DEADLINE && firings === 0);
  if (!running) throw new Error(`the deadline of ${atpId} passed before all were sent: take more --seconds`);
  return Date.parse(running.dueAt);
};

const firstEscalation = async (governance: Governance, atpId: string, until: number): Promise<number> => {
  for (;;) {
    const { messages } = await governance.atp_get({ atpId });
    // A slow start has an escalation of its own: that no directive was sent.
    const found = messages.find(({ messageType, subject }) => messageType === 'Escalation' && /^No @dev/.test(subject));
    if (found) return Date.parse(found.sentAt);
    if (Date.now() > until) throw new Error(`${atpId} was not escalated within ${PATIENCE_MS / 1_000} s`);
    await pause(ASK_AGAIN_MS);
  }
};

const measure = async (governance: Governance, timers: number): Promise<Firing[]> => {
  const ids = Array.from({ length: timers }, (_, position) => `AT-bench-${position}`);
  await onEach(ids, (atpId) => governance.atp_set({ atpId, status: 'InProgress' }));
  await onEach(ids, (atpId) => direct(governance, atpId));
  const due = await onEach(ids, (atpId) => dueAt(governance, atpId));
  // Asking takes time from what is measured.
  const last = Math.max(...due);
  await pause(last - Date.now() + ASK_AGAIN_MS);
  const sent = await onEach(ids, (atpId) => firstEscalation(governance, atpId, last + PATIENCE_MS));
  return ids.map((_, position) => ({ dueAt: due[position] ?? Number.NaN, sentAt: sent[position] ?? Number.NaN }));
};

const run = async (): Promise<void> => {
  const { help, timers, seconds } = read();
  if (help) return console.log(HELP);
  const data = mkdtempSync(join(tmpdir(), 'bench-timers-'));
  const assembly = freshAssembly(() => undefined);
  const stack = await startStack({ assembly, data, port: 0, timeouts: { acknowledgement: seconds } });
  try {
    const governance = createGovernance({ url: stack.url, token: stack.tokens['@pm'] ?? '' });
    console.log(report(await measure(governance, timers)));
  } finally {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
};

await run();
process.exit();
