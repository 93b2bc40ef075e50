/** A process that is warm: makes the same call as often as its parent says, and tells it how long each took. */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [bundle = '', eventFile = ''] = process.argv.slice(2);
const text = readFileSync(eventFile, 'utf8');
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 };
const { handler } = await import(pathToFileURL(bundle).href);

process.on('message', async (calls: number) => {
  const times: number[] = [];
  let answer: unknown;
  for (let call = 0; call < calls; call++) {
    const event = JSON.parse(text);
    const start = performance.now();
    answer = await handler(event, context);
    times.push(performance.now() - start);
  }
  process.send?.({ times, answer });
});
