/** A fresh process: loads a bundle, answers its first call, and says how long each took. Bundled, so that it loads nothing itself. */

import { readFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [bundle = '', eventFile = ''] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 };

const cpu = process.threadCpuUsage();
const start = performance.now();
const { handler } = await import(pathToFileURL(bundle).href);
const imported = performance.now();
const answer = await handler(event, context);
const answered = performance.now();
const { user, system } = process.threadCpuUsage(cpu);

writeSync(
  1,
  JSON.stringify({ importMs: imported - start, callMs: answered - imported, cpuMs: (user + system) / 1_000, answer }),
);
process.exit(0);
