import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * The validator that the SDK of the Model Context Protocol makes for answers of clients: ajv, 150 KB. This service asks
 * clients nothing; its servers are made with a validator that says so (lib/mcp/server.ts).
 */
const validator = `
  export class DefaultJsonSchemaValidator { constructor() { throw new Error('ajv is left out of this bundle'); } }
  export { default as process } from 'node:process';`;

const plainResponse = join(import.meta.dirname, '../../lib/mcp/plain-response.ts');
const namespace = 'slim-mcp';

/** What a Lambda never takes of the SDK of the Model Context Protocol, or has for less. docs/adr/0093 says why. */
export const slimMcp: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, () => ({ contents: validator, loader: 'js' }));
    onLoad({ filter: /@modelcontextprotocol\/server\/dist\/[^/]+\.mjs$/ }, async ({ path }) => ({
      contents: `import { PlainResponse as Response } from ${JSON.stringify(plainResponse)};\n${await readFile(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};
