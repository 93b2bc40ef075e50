import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { partitions, plainServices, rulesOf } from '../../infra/esbuild/plain-endpoints.ts';
import { temporary } from '../support/temporary.ts';

type Params = {
  Region?: string;
  Endpoint?: string;
  UseFIPS: boolean;
  UseDualStack: boolean;
  AccountId?: string;
  AccountIdEndpointMode?: string;
};
type Endpoint = { url: URL; properties: object; headers: object };
type Resolver = (params: Params) => Endpoint | Promise<Endpoint>;

const from = temporary();
let bundles = '';
beforeAll(async () => {
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(from, 'node_modules'));
  for (const service of plainServices)
    writeFileSync(join(from, `${service}.mjs`), `export * from '${rulesOf(service)}';`);
  const entries = plainServices.map((service) => ({ name: service, source: `${service}.mjs` }));
  bundles = await bundle({ entries, from, into: temporary() });
});

const answers = async (resolve: Resolver, params: Params): Promise<object> => {
  try {
    const { url, properties, headers } = await resolve(params);
    return { url: url.href, properties, headers };
  } catch (error) {
    return { refused: String(error) };
  }
};

const plain = { UseFIPS: false, UseDualStack: false };
const regions = partitions.flatMap((partition) => [...Object.keys(partition.regions), `${partition.id}-new-region-9`]);

describe.each(plainServices)('the endpoint of %s', (service) => {
  const load = async (file: string): Promise<Resolver> =>
    (await import(join(bundles, service, file))).defaultEndpointResolver;

  const compared = async (cases: Params[]) => {
    const [ours, rules] = await Promise.all([load('index.mjs'), load(`endpoints-${service}.mjs`)]);
    for (const params of cases)
      expect(await answers(ours, params), JSON.stringify(params)).toEqual(await answers(rules, params));
  };

  test('is that of the SDK in every region of every partition, and in those to come', async () => {
    expect(regions.length).toBeGreaterThan(40);
    await compared([...regions, 'us-nowhere-1', 'cn-nowhere-1', 'local'].map((Region) => ({ ...plain, Region })));
  });

  test('is that of the SDK where it is not plain: given, FIPS, both stacks, of the account, without a region', async () => {
    await compared(
      ['us-east-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'].flatMap((Region) => [
        { ...plain, Region, Endpoint: 'http://127.0.0.1:8000' },
        { ...plain, Region, UseFIPS: true },
        { ...plain, Region, UseDualStack: true },
        { Region, UseFIPS: true, UseDualStack: true },
        { ...plain, Region, AccountId: '123456789012', AccountIdEndpointMode: 'preferred' },
      ]),
    );
    await compared([plain]);
  });

  test('is worked out without the rules where it is plain', async () => {
    const ours = await load('index.mjs');
    expect(ours({ ...plain, Region: 'eu-west-1' })).not.toBeInstanceOf(Promise);
  });
});
