import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An empty directory that is gone after the tests of this file. For the top of a file, not for a test or a hook. */
export const temporary = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'control-plane-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
