import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const names = builtinModules.map((name) => name.replace(/^node:/, ''));
const filter = new RegExp(`^(node:)?(${names.join('|')})$`);
const load = createRequire(import.meta.url);

/** As ECMAScript: an export is taken from the built-in only where something imports it. */
const asModule = (name: string): string => {
  const exported = Object.keys(load(`node:${name}`)).filter((key) => /^[A-Za-z_]\w*$/.test(key) && key !== 'default');
  return [
    `const builtin = process.getBuiltinModule('node:${name}');`,
    'const take = (key) => builtin[key];',
    'export default builtin;',
    `export { ${exported.map((key) => `$${key} as ${key}`).join(', ')} };`,
    ...exported.map((key) => `const $${key} = /* @__PURE__ */ take('${key}');`),
  ].join('\n');
};

/** As CommonJS: loaded when the call that asks for it runs. */
const asRequired = (name: string): string => `module.exports = process.getBuiltinModule('node:${name}')`;

/**
 * Takes built-in modules from `process.getBuiltinModule`. An ESM import of `node:http` reads every export of it, and
 * thereby evaluates those that Node keeps lazy: `http.WebSocket` alone loads undici, some 25 ms of every cold start.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter }, ({ path, kind }) => ({
      path: path.replace(/^node:/, ''),
      namespace: kind === 'import-statement' ? 'builtin-module' : 'builtin-required',
      sideEffects: false,
    }));
    onLoad({ filter: /./, namespace: 'builtin-module' }, ({ path }) => ({ contents: asModule(path), loader: 'js' }));
    onLoad({ filter: /./, namespace: 'builtin-required' }, ({ path }) => ({
      contents: asRequired(path),
      loader: 'js',
    }));
  },
};
