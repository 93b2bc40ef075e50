import { join } from 'node:path';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { beforeAll, expect, test, vi } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { serveParameters } from '../../../infra/local/parameters.ts';
import { env } from '../../../lib/env.ts';
import { type Secret, secretsIn } from '../../../lib/pager/secret-list.ts';
import type { secretsOf as SecretsOf } from '../../../lib/pager/secrets.ts';
import { quietly } from '../../support/quietly.ts';
import { temporary } from '../../support/temporary.ts';

const directory = temporary();
const SECOND = 1_000;
const noon = Date.parse('2026-11-23T12:00:00Z');
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

let ssm: SSMClient;
let stop: () => Promise<void>;
let secretsOf: typeof SecretsOf;

beforeAll(async () => {
  const store = await serveParameters(join(directory, 'parameters.json'));
  stop = store.stop;
  const { region, credentials } = localAws;
  const environment = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SSM: store.endpoint,
    [env.parameterPrefix]: '/small/integrations',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ssm = new SSMClient({ ...localAws, endpoint: store.endpoint });
  ({ secretsOf } = await import('../../../lib/pager/secrets.ts'));
});

const put = (integrationId: string, Value: string) =>
  ssm.send(
    new PutParameterCommand({
      Name: `/small/integrations/${integrationId}`,
      Type: 'SecureString',
      Value,
      Overwrite: true,
    }),
  );
const putSecrets = (integrationId: string, ...secrets: Secret[]) => put(integrationId, JSON.stringify(secrets));

test('given a secret that runs out and the one after it, when they are asked for, then those that hold', async () => {
  const old = { secret: 'old', createdAt: at(0), expiresAt: at(noon + 10 * SECOND) };
  await putSecrets('rotating', old, { secret: 'new', createdAt: at(noon) });
  expect(await secretsOf('rotating', noon)).toEqual(['old', 'new']);
  // From what is kept: time passes there too.
  expect(await secretsOf('rotating', noon + 10 * SECOND)).toEqual(['new']);
});

test('given a secret that was read, when it changes, then that is known after a minute', async () => {
  await putSecrets('changing', { secret: 'first', createdAt: at(noon) });
  expect(await secretsOf('changing', noon)).toEqual(['first']);
  await putSecrets('changing', { secret: 'second', createdAt: at(noon) });
  expect(await secretsOf('changing', noon + 59 * SECOND)).toEqual(['first']);
  expect(await secretsOf('changing', noon + 60 * SECOND)).toEqual(['second']);
});

test('given no parameter, or none any more, when its secrets are asked for, then there are none', async () => {
  expect(await secretsOf('nobody', noon)).toEqual([]);
  await putSecrets('deleted', { secret: 'first', createdAt: at(noon) });
  await secretsOf('deleted', noon);
  await ssm.send(new DeleteParameterCommand({ Name: '/small/integrations/deleted' }));
  expect(await secretsOf('deleted', noon + 60 * SECOND)).toEqual([]);
});

test.each(['whsec_pasted', '{"secret":"whsec_pasted"}', '[{"secret":"whsec_pasted"}]', '["whsec_pasted"]'])(
  'given %s in a parameter, when it is read, then the parameter is named, and not what is in it',
  (text) => {
    const read = () => secretsIn(text, '/small/integrations/abcd1234');
    expect(read).toThrow('the parameter /small/integrations/abcd1234 holds no list of secrets');
    expect(read).not.toThrow('whsec');
  },
);

test('given no Parameter Store, when secrets are asked for, then those of before serve, and else it fails', async () => {
  await putSecrets('known', { secret: 'first', createdAt: at(noon) });
  await secretsOf('known', noon);
  await stop();
  expect(await quietly(() => secretsOf('known', noon + 60 * SECOND))).toEqual(['first']);
  await expect(secretsOf('unknown', noon)).rejects.toThrow();
});
