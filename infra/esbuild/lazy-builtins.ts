import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const namespace = 'builtin';
const names = builtinModules.map((name) => name.replace(/^node:/, ''));
const filter = new RegExp(`^(node:)?(${names.join('|')})$`);

/**
 * Takes built-in modules from `process.getBuiltinModule`. An ESM import of `node:http` reads every export of it, and
 * thereby evaluates those that Node keeps lazy: `http.WebSocket` alone loads undici, some 25 ms of every cold start.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter }, ({ path }) => ({ path: path.replace(/^node:/, ''), namespace, sideEffects: false }));
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
      loader: 'js',
    }));
  },
};
