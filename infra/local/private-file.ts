import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes JSON for the eyes of its owner only, whole or not at all. */
export const writePrivately = (path: string, content: unknown): void => {
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
};
