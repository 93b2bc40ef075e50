import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Loader, Plugin } from 'esbuild';

const registrations = /^\w+_registry\.registerError\(.+\);$/gm;
const shapes = /^(export var \w+\$ = \[9, n0, \w+,\s+\S+) \(\) => \w+\$, \(\) => \w+\$$/gm;

/** What is not found is not where it was any more: the SDK has moved. */
const replaced = (source: string, pattern: RegExp, replacement: string, least = 1): string => {
  const found = source.match(pattern)?.length ?? 0;
  if (found < least) throw new Error(`${found} places match ${pattern}: the SDK has moved`);
  return source.replace(pattern, replacement);
};

type Slimmed = {
  /** The module, by the end of its path. */
  module: RegExp;
  /** What it is in a bundle. */
  becomes: (source: string) => string | Promise<string>;
  loader?: Loader;
};

/** Parts of the clients that every start reads and runs, whatever is called. docs/adr/0121 and 0122 have the figures. */
export const slimmed: readonly Slimmed[] = [
  {
    // A client says its version in each request, and nothing else of its description.
    module: /\/@aws-sdk\/client-\w+\/package\.json$/,
    becomes: (source) => JSON.stringify({ version: JSON.parse(source).version }),
    loader: 'json',
  },
  {
    // Operations take and give what has no shape, and errors have no classes: the SDK's own protocol alone reads them.
    module: /\/client-(dynamodb|ssm)\/dist-es\/schemas\/schemas_0\.js$/,
    becomes: (source) =>
      [
        [registrations, '', 30] as const,
        [shapes, "$1 'unit', 'unit'", 50] as const,
        [/new TypeRegistry\(\w+\)/g, 'undefined', 2] as const,
      ].reduce((slim, [pattern, replacement, least]) => replaced(slim, pattern, replacement, least), source),
  },
  {
    module: /\/checksum\/sha256\/Sha256Node\.js$/,
    becomes: () => readFile(join(import.meta.dirname, 'sha256.ts'), 'utf8'),
    loader: 'ts',
  },
  {
    // It looks at the global `crypto`, and so loads Web Crypto, 0.8 ms of every start.
    module: /\/serde\/uuid\/v4\.js$/,
    becomes: () => `import { randomUUID } from 'node:crypto'; export const bindV4 = () => () => randomUUID();`,
  },
  {
    // For callers that would rather wait in line than fail. Whoever asks for it by AWS_RETRY_MODE gets the other.
    module: /\/util-retry\/AdaptiveRetryStrategy\.js$/,
    becomes: () => `
      import { StandardRetryStrategy } from './StandardRetryStrategy';
      export class AdaptiveRetryStrategy extends StandardRetryStrategy {
        constructor(_, options) { super(options); }
      }`,
  },
  {
    // What a logger may be shown: there is none (slim-sdk.ts).
    module: /\/smithy-client\/schemaLogFilter\.js$/,
    becomes: () => 'export const schemaLogFilter = (_, data) => data;',
  },
  {
    // Event streams are left out (slim-sdk.ts), so no operation has one.
    module: /\/smithy-client\/command\.js$/,
    becomes: (source) => replaced(source, /NormalizedSchema\.of\(\w+\$\)\.getEventStreamMember\(\)/g, 'false', 2),
  },
  {
    // A signer holds no more than its settings, and a new one is made for each request of a copy of all the client's.
    module: /\/aws_sdk\/resolveAwsSdkSigV4Config\.js$/,
    becomes: (source) =>
      replaced(
        source,
        /(?=const resolvedConfig = )/g,
        `const make = signer, made = {};
         signer = (scheme) => made[scheme?.signingName + ' ' + scheme?.signingRegion] ??= make(scheme);`,
      ),
  },
  {
    module: /\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    becomes: () => 'export class HeaderFormatter {}',
  },
  {
    // The readers of every form of time there is, for the one that JavaScript reads by itself.
    module: /\/middleware-retry\/parseRetryAfterHeader\.js$/,
    becomes: (source) => replaced(source, /parseRfc7231DateTime\(/g, 'new Date('),
  },
  {
    // Asked where the environment names no region. That of a function always does.
    module: /\/regionConfig\/getInstanceMetadataRegion\.js$/,
    becomes: () => 'export const getInstanceMetadataRegion = async () => undefined;',
  },
];

/** The protocols of DynamoDB's and Parameter Store's clients, with the codec of every shape: ours have another (lib/aws-json.ts). */
export const left: Readonly<Record<string, string>> = {
  '@aws-sdk/core/protocols': 'export const AwsJson1_0Protocol = undefined, AwsJson1_1Protocol = undefined;',
  '@aws-sdk/dynamodb-codec': 'export class DynamoDBJsonCodec2 {}',
};

/** Modules that stay where one of their exports is used, and else need not be loaded, though their packages do not say so. */
const hasNoEffect = [
  // Every command of the document client.
  /\/@aws-sdk\/lib-dynamodb\//,
  // The table of all regions, for the rules of endpoints (plain-endpoints.ts).
  /\/util-endpoints\/aws$/,
];

const namespace = 'left-out';

export const slimClients: Plugin = {
  name: 'slim-clients',
  setup({ onResolve, onLoad, resolve }) {
    for (const { module, becomes, loader = 'js' } of slimmed)
      onLoad({ filter: module }, async ({ path }) => ({
        contents: await becomes(await readFile(path, 'utf8')),
        loader,
      }));
    onResolve({ filter: /^@aws-sdk\/(core\/protocols|dynamodb-codec)$/ }, ({ path, importer }) =>
      /\/client-(dynamodb|ssm)\//.test(importer) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: left[path] ?? '', loader: 'js' }));
    onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === namespace || !hasNoEffect.some((module) => module.test(join(importer, '..', path))))
        return undefined;
      const resolved = await resolve(path, { importer, resolveDir, kind, pluginData: namespace });
      return { ...resolved, sideEffects: false };
    });
  },
};
