import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const POLL_MS = 100;

/** Whether the process that wrote this id still runs. A file without an id was made a moment ago. */
const runs = (path: string): boolean => {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const taken = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
    throw error;
  }
};

/** One process at a time; the others wait. A lock whose owner is gone is broken. */
export const alone = <Result>(path: string, act: () => Result): Result => {
  while (taken(path)) {
    if (runs(path)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    else rmSync(path, { force: true });
  }
  try {
    return act();
  } finally {
    rmSync(path, { force: true });
  }
};
