/** A process that is warm: answers the same call again and again, and says how long each of the last took. */

import { readFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [bundle = '', eventFile = '', warmUp = '', counted = ''] = process.argv.slice(2);
const text = readFileSync(eventFile, 'utf8');
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 };
const { handler } = await import(pathToFileURL(bundle).href);

const times: number[] = [];
let answer: unknown;
for (let call = -Number(warmUp); call < Number(counted); call++) {
  const event = JSON.parse(text);
  const start = performance.now();
  answer = await handler(event, context);
  if (call >= 0) times.push(performance.now() - start);
}

writeSync(1, `${JSON.stringify({ times, answer })}\n`);
process.exit(0);
