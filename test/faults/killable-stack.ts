/** A stack in a process of its own, to be killed: `node killable-stack.ts OPTIONS`, as JSON. Its parent orders what ends. */

import { freshAssembly } from '../../infra/local/assembly.ts';
import { type StackOptions, startStack } from '../../infra/local/start.ts';
import { makeImpatient } from './impatient-queue.ts';

/** Functions to end, whatever they are doing, by the beginnings of their logical ids. */
export type Order = { end: readonly string[] };

const options = JSON.parse(process.argv[2] ?? '') as Omit<StackOptions, 'assembly'>;
const {
  functionNamed,
  messaging: _,
  stop,
  ...stack
} = await startStack({
  assembly: freshAssembly(() => undefined),
  ...options,
});
if (stack.sqs.timers) await makeImpatient(stack.sqs.endpoint, stack.sqs.timers);

process.on('message', async ({ end }: Order) => {
  await Promise.all(end.map((beginning) => functionNamed(beginning).restart()));
  process.send?.('ended');
});
// A parent that was killed orders nothing any more.
process.on('disconnect', () => void stop().then(() => process.exit()));
process.send?.(stack);
