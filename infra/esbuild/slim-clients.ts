import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What these load is replaced, so a pattern that finds nothing means that the SDK has moved. */
export const slimmed: Readonly<Record<'version' | 'shapes' | 'sha256' | 'uuid' | 'adaptive', RegExp>> = {
  version: /\/@aws-sdk\/client-\w+\/package\.json$/,
  shapes: /\/client-(dynamodb|ssm)\/dist-es\/schemas\/schemas_0\.js$/,
  sha256: /\/checksum\/sha256\/Sha256Js\.js$/,
  uuid: /\/serde\/uuid\/v4\.js$/,
  adaptive: /\/util-retry\/AdaptiveRetryStrategy\.js$/,
};

/** The protocols of DynamoDB's and Parameter Store's clients, with the codec of every shape: ours have another (lib/aws-json.ts). */
export const left: Readonly<Record<string, string>> = {
  '@aws-sdk/core/protocols': 'export const AwsJson1_0Protocol = undefined, AwsJson1_1Protocol = undefined;',
  '@aws-sdk/dynamodb-codec': 'export class DynamoDBJsonCodec2 {}',
};

const namespace = 'left-out';
const registrations = /^\w+_registry\.registerError\(.+\);$/gm;
const shapes = /^(export var \w+\$ = \[9, n0, \w+,\s+\S+) \(\) => \w+\$, \(\) => \w+\$$/gm;

/** Without the classes of errors, and with operations that take and give what has no shape. */
const withoutShapes = (source: string): string => {
  for (const [pattern, least] of [
    [registrations, 30],
    [shapes, 50],
  ] as const) {
    const found = source.match(pattern)?.length ?? 0;
    if (found < least) throw new Error(`${found} places match ${pattern}: the SDK has moved`);
  }
  return source.replace(registrations, '').replace(shapes, "$1 'unit', 'unit'");
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
      /\/client-(dynamodb|ssm)\//.test(importer) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: left[path] ?? '', loader: 'js' }));
    // Read by that protocol alone, and by a logger: ours is none (slim-sdk.ts).
    onLoad({ filter: slimmed.shapes }, async ({ path }) => ({
      contents: withoutShapes(await readFile(path, 'utf8')),
      loader: 'js',
    }));
    // Node has a SHA-256 of its own.
    onLoad({ filter: slimmed.sha256 }, () => ({ contents: 'export class Sha256Js {}', loader: 'js' }));
    // It looks at the global `crypto`, and so loads Web Crypto, 0.8 ms of every start.
    onLoad({ filter: slimmed.uuid }, () => ({
      contents: `import { randomUUID } from 'node:crypto'; export const bindV4 = () => () => randomUUID();`,
      loader: 'js',
    }));
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
