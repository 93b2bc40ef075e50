import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { plainServices, rulesOf } from './plain-endpoints.ts';

/**
 * Packages, and sources of ours, that a function loads only when a call needs them, by `await import(...)`, and the file
 * of their own that they then lie in, beside `index.mjs`. Bundled in place they would be parsed at every start;
 * esbuild's own splitting would break the start of every function into chunks. docs/adr/0010-one-esbuild-run.md has the
 * figures.
 */
export const ownFiles: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'client-s3',
  './lib/decision/signing-key.ts': 'signing-key',
  ...Object.fromEntries(plainServices.map((service) => [rulesOf(service), `endpoints-${service}`])),
};

export const importPath = (file: string): string => `./${file}.mjs`;

export const ownFile: Plugin = {
  name: 'own-file',
  setup({ onResolve, initialOptions: { absWorkingDir = process.cwd() } }) {
    onResolve({ filter: /^[@.]/ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const named = path.startsWith('.') ? `./${relative(absWorkingDir, join(resolveDir, path))}` : path;
      const file = ownFiles[named];
      return file ? { path: importPath(file), external: true } : undefined;
    });
  },
};
