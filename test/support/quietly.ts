import { vi } from 'vitest';

/** Runs what is meant to end in a 5xx, without its lines of log in the output of the tests. */
export const quietly = async <T>(run: () => Promise<T>): Promise<T> => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    return await run();
  } finally {
    write.mockRestore();
  }
};
