import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const pair = z.strictObject({ directives: z.string(), hitl: z.string() });

/** `stack.json`: how the running stack is called (contract section 7). */
const stackFile = z.object({
  url: z.string(),
  tokens: z.record(z.string(), z.string()),
  dynamodb: z.object({ endpoint: z.string(), table: z.string() }),
  sns: z.object({ endpoint: z.string(), topics: pair }),
  sqs: z.object({ endpoint: z.string(), queues: pair }),
});
export type StackFile = z.output<typeof stackFile>;

const pathOf = (directory: string): string => join(directory, 'stack.json');

/** What an earlier run left; undefined where there was none. */
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
export const writeStackFile = (directory: string, content: StackFile): void => {
  mkdirSync(directory, { recursive: true });
  const draft = `${pathOf(directory)}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, pathOf(directory));
};
