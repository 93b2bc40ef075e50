import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

type Partition = { id: string; regions: object; regionRegex: string; outputs: { dnsSuffix: string } };

const { resolve } = createRequire(import.meta.url);
const core = join(resolve('@aws-sdk/core/client'), '../../../..');
/** All partitions of AWS and their regions, as the SDK has them. */
export const { partitions }: { partitions: readonly Partition[] } = (
  await import(join(core, 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'))
).partitionsInfo;

/** The services whose clients are bundled and whose plain endpoint is `<service>.<region>.<suffix of the partition>`. */
export const plainServices = ['dynamodb', 'sns', 'sqs', 'ssm'] as const;
export type PlainService = (typeof plainServices)[number];

export const rulesOf = (service: PlainService): string =>
  `@aws-sdk/client-${service}/dist-es/endpoint/endpointResolver.js`;

/** What is not plain (FIPS, both stacks, the account's own endpoint, regions nobody knows) the SDK's rules decide. */
const resolver = (service: string): string => `
  const suffixes = [${partitions.map(({ regionRegex, outputs }) => `[/${regionRegex}/, '${outputs.dnsSuffix}']`)}];
  const addressOf = ({ Endpoint, Region = '', UseFIPS, UseDualStack, AccountId }) => {
    if (UseFIPS || UseDualStack || AccountId) return undefined;
    const suffix = suffixes.find(([regions]) => regions.test(Region))?.[1];
    return Endpoint ?? (suffix && \`https://${service}.\${Region}.\${suffix}\`);
  };
  let known = {};
  export const defaultEndpointResolver = (params, context) => {
    const address = addressOf(params);
    if (!address) return import('${rulesOf(service as PlainService)}').then((rules) => rules.defaultEndpointResolver(params, context));
    if (known.address !== address) known = { address, endpoint: { url: new URL(address), properties: {}, headers: {} } };
    return known.endpoint;
  };`;

const RULES = '?rules';
const filter = new RegExp(`/client-(${plainServices.join('|')})/dist-es/endpoint/endpointResolver(\\.js)?$`);
const serviceIn = (path: string): string => filter.exec(path)?.[1] ?? '';

/**
 * The SDK weighs some forty conditions for an endpoint that is the same for the life of a process; their table, and that
 * of all regions, are 18 KB. docs/adr/0120 says what it costs; test/infra/plain-endpoints.test.ts compares both.
 */
export const plainEndpoints: Plugin = {
  name: 'plain-endpoints',
  setup({ onResolve, onLoad, resolve }) {
    // The rules themselves, as the file of their own that they lie in (own-file.ts).
    onResolve({ filter }, async ({ path, resolveDir, kind, pluginData }) => {
      if (kind !== 'entry-point' || pluginData === 'rules') return undefined;
      // With a suffix it is another module than the one that stands in for it, which may be in the same build.
      return { ...(await resolve(path, { resolveDir, kind, pluginData: 'rules' })), suffix: RULES };
    });
    onLoad({ filter }, ({ path, suffix }) =>
      suffix === RULES ? undefined : { contents: resolver(serviceIn(path)), loader: 'js' },
    );
  },
};
