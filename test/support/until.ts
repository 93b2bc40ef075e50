import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** Asks again and again until the answer is true; fails, naming the question, where it never is. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await pause(20))
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${holds}`);
};
