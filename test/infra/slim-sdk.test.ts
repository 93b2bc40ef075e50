import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { standIns } from '../../infra/esbuild/slim-sdk.ts';
import { temporary } from '../support/temporary.ts';

const exportsOf = async (code: string): Promise<string[]> => {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    format: 'esm',
    platform: 'node',
    bundle: true,
    packages: 'external',
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
};

describe.each(Object.entries(standIns))('the stand-in for %s', (name, code) => {
  test('stands for a module that the installed SDK has, and exports only names of its', async () => {
    const original = await import(name);
    const exported = await exportsOf(code.replaceAll('$original', name));
    expect(exported.length).toBeGreaterThan(0);
    for (const each of exported) expect(typeof original[each], each).toMatch(/function|object/);
  });
});

describe('a slim bundle', () => {
  const bucket = 'slim-sdk';
  const source = `
    import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
    import { itemProtocol } from '${join(import.meta.dirname, '../../lib/store/protocol.ts')}';
    export const handler = async () => {
      const { S3Client, PutObjectCommand, GetObjectCommand } = await import('@aws-sdk/client-s3');
      const s3 = new S3Client({ forcePathStyle: true });
      const at = { Bucket: '${bucket}', Key: 'artifacts/AT-1/report' };
      await s3.send(new PutObjectCommand({ ...at, Body: 'Grüße 🔥' }));
      const { Body } = await s3.send(new GetObjectCommand(at));
      await new DynamoDBClient({ maxAttempts: 1, protocol: itemProtocol }).send(new ListTablesCommand({}));
      return Body.transformToString();
    };`;
  const from = temporary();
  const into = temporary();
  let bundles = '';

  const run = async (environment: Record<string, string>): Promise<string> => {
    const start = `
      const before = process.moduleLoadList.length;
      const { handler } = await import(${JSON.stringify(join(bundles, 'probe', 'index.mjs'))});
      const undici = process.moduleLoadList.slice(before).filter((name) => name.includes('undici'));
      const answer = await handler().catch(({ name, message }) => name + ': ' + message);
      console.log(JSON.stringify({ answer, undici }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', start], {
      env: {
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_S3: inject('fauxqs'),
        AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodb'),
        ...environment,
      },
    });
    return JSON.parse(stdout);
  };
  const role = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: 'local' };

  beforeAll(async () => {
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(from, 'node_modules'));
    writeFileSync(join(from, 'probe.mjs'), source);
    bundles = await bundle({
      entries: [{ name: 'probe', source: 'probe.mjs' }],
      from,
      into,
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const s3 = new S3Client({ endpoint: inject('fauxqs'), region: 'us-east-1', credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  });

  test('given the credentials that Lambda sets, then it reaches the table and the bucket', async () => {
    expect(await run(role)).toMatchObject({ answer: 'Grüße 🔥' });
  });

  test('given no credentials, then it says so at once instead of looking elsewhere', async () => {
    expect(await run({})).toMatchObject({ answer: expect.stringMatching(/^CredentialsProviderError: /) });
  });

  test('when it is loaded, then none of the lazy parts of Node are loaded with it', async () => {
    expect(await run(role)).toMatchObject({ undici: [] });
  });
});
