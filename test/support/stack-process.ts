import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { takeDirectory } from '../../infra/local/data-directory.ts';
import { answers } from '../../infra/local/dynamodb.ts';
import type { StackFile } from '../../infra/local/stack-file.ts';
import { givenDirectory } from './bundle.ts';
import { until } from './until.ts';

export const main = join(import.meta.dirname, '..', '..', 'infra', 'local', 'main.ts');

export type Started = { child: ChildProcess; data: string; stack: StackFile; printed: () => string };

type Given = { command?: string; args?: string[]; data?: string };

/** A stack of its own process, as `npm start` runs it; killed after the test, if it is still there. */
export const givenProcess = async ({
  command = process.execPath,
  args = [main],
  data = givenDirectory(),
}: Given = {}): Promise<Started> => {
  const child = spawn(command, [...args, '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const path = join(data, 'stack.json');
  await until(() => {
    if (child.exitCode !== null) throw new Error(text);
    return existsSync(path) && text.includes('Ctrl-C ends it.');
  });
  return { child, data, stack: JSON.parse(readFileSync(path, 'utf8')), printed: () => text };
};

/** Whether nothing that the stack started answers any more. */
export const answersNoMore = async ({ url, dynamodb, sns }: StackFile): Promise<boolean> => {
  const still = await Promise.allSettled([fetch(url), fetch(sns.endpoint), answers(dynamodb.endpoint, 0)]);
  return still.every(({ status }) => status === 'rejected');
};

/** Whether the stack has let go of its directory, which is the last that it does. */
const isFree = (data: string): boolean => {
  try {
    takeDirectory(data).release();
    return true;
  } catch {
    return false;
  }
};

/** Whether the stack has ended, whatever it was ended by, and another can have its directory. */
export const isGone = async ({ stack, data }: Pick<Started, 'stack' | 'data'>): Promise<boolean> =>
  (await answersNoMore(stack)) && isFree(data);
