import type { Plugin } from 'esbuild';

const namespace = 'handler-only';

/** A bundle holds what its handler needs: what else a function's file exports, as its documentation, is left out. */
export const handlerOnly: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^(\.\/)?functions\// }, async ({ path, resolveDir, kind }) => {
      if (kind !== 'entry-point') return undefined;
      const source = await resolve(path.replace(/^(?!\.)/, './'), { resolveDir, kind: 'import-statement' });
      return source.errors.length > 0 ? { errors: source.errors } : { path: source.path, namespace };
    });
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `export { handler } from ${JSON.stringify(path)};`,
      loader: 'js',
      resolveDir: '/',
    }));
  },
};
