import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type FunctionSpec, LocalFunction } from '../../infra/local/functions.ts';

/** A temporary directory, gone with the test. */
export const givenDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'local-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** The directory of a bundle whose `index.mjs` is `source`. */
export const givenBundle = (source: string): string => {
  const directory = givenDirectory();
  writeFileSync(join(directory, 'index.mjs'), source);
  return directory;
};

export type GivenFunction = { target: LocalFunction; logged: () => string };

/** A function that runs `source`; its environments end with the test. */
export const givenFunction = (source: string, spec: Partial<FunctionSpec> = {}): GivenFunction => {
  const logs = new PassThrough();
  let logged = '';
  logs.on('data', (chunk: Buffer) => {
    logged += chunk.toString();
  });
  const target = new LocalFunction(
    {
      name: 'Fixture',
      directory: givenBundle(source),
      handler: 'index.handler',
      timeoutSeconds: 10,
      memoryMegabytes: 128,
      variables: {},
      ...spec,
    },
    logs,
  );
  onTestFinished(() => target.restart());
  return { target, logged: () => logged };
};
