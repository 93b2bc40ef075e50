import { setTimeout as pause } from 'node:timers/promises';

type Patience = { patienceMs?: number; everyMs?: number };

/** Asks again and again until the answer is true; fails, naming the question, where it never is. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  { patienceMs = 20_000, everyMs = 20 }: Patience = {},
): Promise<void> => {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await pause(everyMs))
    if (Date.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${holds}`);
};
