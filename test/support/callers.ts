/** So many calls at a time as a local stack works on at once: more would only wait. */
const CALLERS = 10;

/** Does `work` on all of them, a few at a time; answers in the order of `all`. */
export const onEach = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const waiting = [...all.entries()];
  const caller = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return results;
};
