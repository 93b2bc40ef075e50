import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What these load is replaced, so a pattern that finds nothing means that the SDK has moved. */
export const slimmed: Readonly<Record<'version' | 'errors' | 'sha256' | 'adaptive', RegExp>> = {
  version: /\/@aws-sdk\/client-\w+\/package\.json$/,
  errors: /\/client-dynamodb\/dist-es\/schemas\/schemas_0\.js$/,
  sha256: /\/checksum\/sha256\/Sha256Js\.js$/,
  adaptive: /\/util-retry\/AdaptiveRetryStrategy\.js$/,
};

/** The client's own protocol, with the codec of every shape: the table's client has another (lib/store/protocol.ts). */
export const left: Readonly<Record<string, string>> = {
  '@aws-sdk/core/protocols': 'export const AwsJson1_0Protocol = undefined;',
  '@aws-sdk/dynamodb-codec': 'export class DynamoDBJsonCodec2 {}',
};

const namespace = 'left-out';
const registration = /^\w+_registry\.registerError\(.+\);$/gm;

const withoutRegistrations = (source: string): string => {
  const found = source.match(registration)?.length ?? 0;
  if (found < 30) throw new Error(`the client registers ${found} errors in a way that is known: the SDK has moved`);
  return source.replace(registration, '');
};

/** Parts of the clients that every start reads and runs, whatever is called. docs/adr/0121 has the figures. */
export const slimClients: Plugin = {
  name: 'slim-clients',
  setup({ onResolve, onLoad }) {
    // A client says its version in each request, and nothing else of its description.
    onLoad({ filter: slimmed.version }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    onResolve({ filter: /^@aws-sdk\/(core\/protocols|dynamodb-codec)$/ }, ({ path, importer }) =>
      importer.includes('/client-dynamodb/') ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: left[path] ?? '', loader: 'js' }));
    // Read by that protocol alone; what is not registered is not in the bundle.
    onLoad({ filter: slimmed.errors }, async ({ path }) => ({
      contents: withoutRegistrations(await readFile(path, 'utf8')),
      loader: 'js',
    }));
    // Node has a SHA-256 of its own.
    onLoad({ filter: slimmed.sha256 }, () => ({ contents: 'export class Sha256Js {}', loader: 'js' }));
    // For callers that would rather wait in line than fail. Whoever asks for it by AWS_RETRY_MODE gets the other.
    onLoad({ filter: slimmed.adaptive }, () => ({
      contents: `
        import { StandardRetryStrategy } from './StandardRetryStrategy';
        export class AdaptiveRetryStrategy extends StandardRetryStrategy {
          constructor(_, options) { super(options); }
        }`,
      loader: 'js',
    }));
  },
};
