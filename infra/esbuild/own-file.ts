import type { Plugin } from 'esbuild';
import { plainServices, rulesOf } from './plain-endpoints.ts';

/**
 * Packages that a function loads only when a call needs them, by `await import('<package>')`, and the file of their
 * own that they then lie in, beside `index.mjs`. Bundled in place they would be parsed at every start; esbuild's own
 * splitting would break the start of every function into chunks. docs/adr/0010-one-esbuild-run.md has the figures.
 */
export const ownFiles: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'client-s3',
  ...Object.fromEntries(plainServices.map((service) => [rulesOf(service), `endpoints-${service}`])),
};

export const importPath = (file: string): string => `./${file}.mjs`;

export const ownFile: Plugin = {
  name: 'own-file',
  setup({ onResolve }) {
    onResolve({ filter: /^@/ }, ({ path, kind }) => {
      const file = ownFiles[path];
      return file && kind === 'dynamic-import' ? { path: importPath(file), external: true } : undefined;
    });
  },
};
