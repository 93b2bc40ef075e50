import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, onTestFinished, test } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { serveParameters } from '../../../infra/local/parameters.ts';
import { givenDirectory } from '../../support/bundle.ts';

const Name = '/small/integrations/abcd1234';

const given = async (path = join(givenDirectory(), 'parameters.json')) => {
  const { endpoint, stop } = await serveParameters(path);
  onTestFinished(stop);
  const ssm = new SSMClient({ ...localAws, endpoint, maxAttempts: 1 });
  return {
    path,
    endpoint,
    ssm,
    put: (input: Partial<PutParameterCommandInput> = {}) =>
      ssm.send(new PutParameterCommand({ Name, Type: 'SecureString', Value: 'one', ...input })),
    get: async (WithDecryption = true) => (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter,
  };
};

test('given a secret that was put, when it is read, then decrypted on request only, and with its version', async () => {
  const { put, get, endpoint } = await given();
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await put()).toMatchObject({ Version: 1, Tier: 'Standard' });
  expect(await get()).toMatchObject({
    Name,
    Type: 'SecureString',
    Value: 'one',
    Version: 1,
    LastModifiedDate: expect.any(Date),
    ARN: `arn:aws:ssm:us-east-1:000000000000:parameter${Name}`,
  });
  expect((await get(false))?.Value).not.toBe('one');
});

test('given a parameter, when it is put again, then only on request, and keeps its type', async () => {
  const { put, get } = await given();
  await put();
  await expect(put()).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  expect(await put({ Value: 'two', Overwrite: true, Type: undefined })).toMatchObject({ Version: 2 });
  expect(await get()).toMatchObject({ Type: 'SecureString', Value: 'two' });
});

test('given no such parameter, or one that was deleted, when it is asked for, then it is not found', async () => {
  const { ssm, put, get } = await given();
  await expect(get()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await put();
  await ssm.send(new DeleteParameterCommand({ Name }));
  await expect(get()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await expect(ssm.send(new DeleteParameterCommand({ Name }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test.each([
  [{ Name: '/aws/secret' }],
  [{ Name: 'a//b' }],
  [{ Name: '/small/ä' }],
  [{ Type: undefined }],
  [{ Value: '' }],
  [{ Value: 'x'.repeat(4_097) }],
] satisfies [Partial<PutParameterCommandInput>][])('given %j, when it is put, then it is refused', async (input) => {
  const { put } = await given();
  await expect(put(input)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('given another operation, when it is asked for, then it is refused by name', async () => {
  const { ssm } = await given();
  await expect(ssm.send(new GetParametersByPathCommand({ Path: '/' }))).rejects.toThrow(/GetParametersByPath/);
});

test('given parameters, when the server is started anew, then it has them, in a file for its owner only', async () => {
  const first = await given();
  await first.put();
  expect(statSync(first.path).mode & 0o777).toBe(0o600);
  expect(await (await given(first.path)).get()).toMatchObject({ Value: 'one' });
});

test('given a broken file, when it is to be served, then one line names it and not what is in it', async () => {
  const path = join(givenDirectory(), 'parameters.json');
  writeFileSync(path, '{ "secret": whsec');
  await expect(serveParameters(path)).rejects.toThrow(/parameters\.json is broken: delete it/);
  await expect(serveParameters(path)).rejects.not.toThrow(/whsec/);
  expect(readFileSync(path, 'utf8')).toContain('whsec');
});
