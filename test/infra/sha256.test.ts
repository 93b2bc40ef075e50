import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { Sha256Node } from '../../infra/esbuild/sha256.ts';

type Data = string | Uint8Array;

const { sha256: TheirSha256 } = new DynamoDBClient().config;

/** Of the parts, and after a reset of the same the other way round. */
const digests = async (Sha256: typeof Sha256Node, secret: Data | undefined, parts: Data[]): Promise<string[]> => {
  const sum = new Sha256(secret);
  for (const part of parts) sum.update(part);
  const first = await sum.digest();
  sum.reset();
  for (const part of parts.toReversed()) sum.update(part);
  const second = await sum.digest();
  return [first, second].map((each) => Buffer.from(each).toString('hex'));
};

const data: Data[][] = [
  [],
  [''],
  ['Grüße 🔥'],
  [Buffer.alloc(1_000, 'all')],
  [new Uint8Array([0, 127, 128, 255]).subarray(1)],
  ['one ', Buffer.from('two '), new Uint8Array([3])],
];
const secrets: (Data | undefined)[] = [
  undefined,
  '',
  'AWS4Grüße',
  Buffer.from('ff00'.repeat(16), 'hex'),
  new Uint8Array([0, 127, 128, 255]).subarray(1),
  Buffer.alloc(100, 200),
];

test.each(secrets.flatMap((secret) => data.map((parts) => [secret, parts] as const)))(
  'with the key %j, the digest of %j is that of the SDK',
  async (secret, parts) => {
    const theirs = await digests(TheirSha256 as never, secret, parts);
    expect(await digests(Sha256Node, secret, parts)).toEqual(theirs);
  },
);
