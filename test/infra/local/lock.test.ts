import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone } from '../../../infra/local/lock.ts';

const module = join(import.meta.dirname, '../../../infra/local/lock.ts');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a process to its end. */
const run = async (script: string): Promise<number> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  await once(child, 'close');
  return child.pid ?? 0;
};

describe('alone', () => {
  it('given processes that start together, then none begins before another has ended', async () => {
    const [lock, log] = [join(directory, 'together'), join(directory, 'log')];
    const script = `
      import { appendFileSync } from 'node:fs';
      import { alone } from ${JSON.stringify(module)};
      alone(${JSON.stringify(lock)}, () => {
        appendFileSync(${JSON.stringify(log)}, 'begin ');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
        appendFileSync(${JSON.stringify(log)}, 'end ');
      });`;
    await Promise.all(Array.from({ length: 5 }, () => run(script)));
    expect(readFileSync(log, 'utf8')).toBe('begin end '.repeat(5));
    expect(existsSync(lock)).toBe(false);
  });

  it('given the lock of a process that is gone, then it is broken', async () => {
    const lock = join(directory, 'left');
    writeFileSync(lock, String(await run('')));
    expect(alone(lock, () => 'done')).toBe('done');
  });

  it('given an error, then the lock is free again', () => {
    const lock = join(directory, 'failed');
    const fail = () => {
      throw new Error('not made');
    };
    expect(() => alone(lock, fail)).toThrow('not made');
    expect(alone(lock, () => 'done')).toBe('done');
  });
});
