import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writePrivately } from './private-file.ts';

const pair = z.strictObject({ directives: z.string(), hitl: z.string() });

/** `stack.json`: how the running stack is called (contract section 7). */
const stackFile = z.object({
  url: z.string(),
  tokens: z.record(z.string(), z.string()),
  /** For `POST /v2/enqueue`. */
  routingKey: z.optional(z.string()),
  dynamodb: z.object({ endpoint: z.string(), table: z.string() }),
  sns: z.object({ endpoint: z.string(), topics: pair }),
  /** `timers` and `webhooks` are the service's own queues, for `npm run redrive`. */
  sqs: z.object({
    endpoint: z.string(),
    queues: pair,
    timers: z.optional(z.string()),
    webhooks: z.optional(z.string()),
  }),
  /** What the names of parameters begin with: `prefix` for `npm run integration`, `webhooks` for `npm run webhook`. */
  ssm: z.optional(z.object({ endpoint: z.string(), prefix: z.string(), webhooks: z.optional(z.string()) })),
});
export type StackFile = z.output<typeof stackFile>;

const pathOf = (directory: string): string => join(directory, 'stack.json');

/** The stack that runs on a data directory, or was killed there; undefined where there is none. */
export const readStackFile = (directory: string): StackFile | undefined => {
  let text: string;
  try {
    text = readFileSync(pathOf(directory), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return stackFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${pathOf(directory)} is broken: delete it, or start with --fresh`);
  }
};

/** Whole or not at all; it holds tokens, so only its owner may read it. */
export const writeStackFile = (directory: string, content: StackFile): void =>
  writePrivately(pathOf(directory), content);

/** Whoever waits for the file waits for a stack that answers: one that is gone leaves none. */
export const removeStackFile = (directory: string): void => rmSync(pathOf(directory), { force: true });
