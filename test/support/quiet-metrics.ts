/** For every test file: a namespace for the metrics of functions that run in its process, and no line of these in its output. */

import { env } from '../../lib/env.ts';

process.env[env.metricNamespace] = 'HotfixControlPlane-test';

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...more: []) =>
  (typeof chunk === 'string' && chunk.startsWith('{"level":"info"')) || write(chunk, ...more)) as typeof write;
