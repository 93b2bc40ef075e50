/** A copy of the cloud assembly whose functions have clocks of their own. */

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Each execution environment is ahead, behind or right, by its name and thread: two of one function differ too. The
 * notifier is behind and the timer ahead, which is where both would have deadlines come too early.
 */
const shift = (seconds: number): string => `import { threadId } from 'node:worker_threads';
const name = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
const turn = (name.length + threadId) % 3 - 1;
const ahead = ${seconds * 1_000} * (name.startsWith('Outbox') ? -1 : name.startsWith('TimersTimer') ? 1 : turn);
const Clock = Date;
globalThis.Date = class Date extends Clock {
  constructor(...given) {
    if (given.length === 0) super(Clock.now() + ahead);
    else super(...given);
  }
  static now() {
    return Clock.now() + ahead;
  }
};
`;

/** Imports are evaluated in order, so that this one comes before all that reads a clock. */
const FIRST = "import './clock.mjs';\n";

/** Functions of the copy are up to so many seconds off, to either side. */
export const skewedAssembly = (assembly: string, directory: string, seconds: number): string => {
  cpSync(assembly, directory, { recursive: true });
  for (const { name, parentPath } of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (name !== 'index.mjs') continue;
    const path = join(parentPath, name);
    writeFileSync(path, FIRST + readFileSync(path, 'utf8'));
    writeFileSync(join(parentPath, 'clock.mjs'), shift(seconds));
  }
  return directory;
};
