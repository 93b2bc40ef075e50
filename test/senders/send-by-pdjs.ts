/**
 * Sends one event by `@pagerduty/pdjs` and prints what it answered. A process of its own, since Node reads
 * NODE_EXTRA_CA_CERTS only when it starts. Standard input: `{ server, type?, data }`, as `event` takes it.
 */

import { createRequire } from 'node:module';
import { json } from 'node:stream/consumers';
import type { Answered } from './pdjs.ts';

type Pdjs = { event: (parameters: unknown) => Promise<{ data: Answered['data']; response: { status: number } }> };

// By require: the package is fetched on demand, so there are no types of it to import.
const { event } = createRequire(import.meta.url)('@pagerduty/pdjs') as Pdjs;
const { data, response } = await event(await json(process.stdin));
console.log(JSON.stringify({ status: response.status, data } satisfies Answered));
