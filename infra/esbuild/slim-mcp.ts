import type { Plugin } from 'esbuild';

/**
 * The validator that the SDK of the Model Context Protocol makes for answers of clients, ajv with 150 KB. This service
 * asks clients nothing; a server is made with a validator of its own that says so (lib/mcp/server.ts).
 */
const validator = `
  export class DefaultJsonSchemaValidator { constructor() { throw new Error('ajv is left out of this bundle'); } }
  export { default as process } from 'node:process';`;

const namespace = 'slim-mcp';

export const slimMcp: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, () => ({ contents: validator, loader: 'js' }));
  },
};
