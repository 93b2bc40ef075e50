import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import type { RunningMapping } from '../../../infra/local/mapping.ts';
import type { StreamMapping } from '../../../infra/local/stream-batch.ts';
import { runStreamMapping } from '../../../infra/local/stream-mapping.ts';
import { ensureTable } from '../../../infra/local/table.ts';
import { givenDirectory } from '../../support/bundle.ts';
import { givenRecordingFunction } from '../../support/recording-function.ts';
import { until } from '../../support/until.ts';

const layout = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

type Recording = ReturnType<typeof givenRecordingFunction>;

/** A table with a stream; `run` starts a mapping on it, as often as wanted. */
const givenStream = async () => {
  const endpoint = inject('dynamodb');
  const name = `stream-${crypto.randomUUID()}`;
  const { LatestStreamArn: streamArn = '' } = await ensureTable(endpoint, name, layout);
  const client = new DynamoDBClient({ ...localAws, endpoint });
  const directory = givenDirectory();
  const accounts: Record<string, Record<string, unknown>>[] = [];
  const told: string[] = [];
  return {
    accounts,
    told,
    put: async (...keys: string[]) => {
      for (const key of keys)
        await client.send(
          new PutItemCommand({ TableName: name, Item: { pk: { S: key }, kind: { S: key.slice(0, 1) } } }),
        );
    },
    run: ({ target }: Recording, mapping: Partial<StreamMapping> = {}): RunningMapping => {
      const running = runStreamMapping(
        endpoint,
        {
          streamArn,
          target,
          batchSize: 10,
          patterns: [],
          reportsItemFailures: true,
          bisects: false,
          maximumRetryAttempts: -1,
          maximumRecordAgeSeconds: -1,
          startingPosition: 'TRIM_HORIZON',
          onFailure: async (account) => void accounts.push(account as (typeof accounts)[number]),
          told: (line) => told.push(line),
          ...mapping,
        },
        join(directory, 'checkpoint.json'),
      );
      onTestFinished(running.stop);
      return running;
    },
  };
};

test('given writes, when the mapping runs, then the function sees them in order, in batches no larger than wanted', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction();
  await stream.put('a1', 'a2', 'a3', 'a4', 'a5');
  stream.run(recording, { batchSize: 2 });
  await until(() => recording.seen().length === 5);
  expect(recording.batches()).toEqual([['a1', 'a2'], ['a3', 'a4'], ['a5']]);
});

test('given a filter, when records come that it does not let through, then the function never sees them', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction();
  stream.run(recording, { patterns: [{ dynamodb: { NewImage: { kind: { S: ['b'] } } } }] });
  await stream.put('a1', 'b1', 'a2', 'b2');
  await until(() => recording.seen().length === 2);
  expect(recording.seen()).toEqual(['b1', 'b2']);
});

test('given a batch that fails, when it goes through at last, then nothing after it went before', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction({ throws: true });
  recording.failOn('a1');
  await stream.put('a1');
  stream.run(recording);
  await until(() => recording.batches().length >= 2);
  await stream.put('a2');
  recording.succeedOn('a1');
  await until(() => recording.seen().includes('a2'));
  expect(recording.batches().at(-1)).toEqual(['a2']);
  expect(new Set(recording.batches().slice(0, -1).map(String))).toEqual(new Set(['a1']));
});

test('given a function that names what failed, when it is invoked again, then with the first failure and all after it', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction();
  recording.failOn('a2');
  await stream.put('a1', 'a2', 'a3');
  stream.run(recording);
  await until(() => recording.batches().length >= 2);
  recording.succeedOn('a2');
  await stream.put('a4');
  await until(() => recording.seen().includes('a4'));
  const [first, ...others] = recording.batches();
  expect(first).toEqual(['a1', 'a2', 'a3']);
  expect(new Set(others.slice(0, -1).map(String))).toEqual(new Set(['a2,a3']));
});

test('given one record that always fails, when the mapping bisects, then the others go through and it alone is given up', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction({ throws: true });
  recording.failOn('a3');
  await stream.put('a1', 'a2', 'a3', 'a4', 'a5');
  stream.run(recording, { bisects: true, maximumRetryAttempts: 1 });
  // The first batch, which fails, holds a5 too.
  const alone = () => recording.batches().filter((batch) => batch.length === 1 || !batch.includes('a3'));
  await until(() => alone().flat().includes('a5') && stream.accounts.length === 1);
  expect(alone().flat().toSorted()).toEqual(['a1', 'a2', 'a3', 'a3', 'a4', 'a5']);
  expect(stream.accounts[0]).toMatchObject({
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Recording',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { functionError: 'Unhandled' },
    DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: expect.any(String), streamArn: expect.any(String) },
  });
});

test('given records older than the mapping takes, when they are read, then they are given up without a call', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction();
  await stream.put('a1', 'a2');
  stream.run(recording, { maximumRecordAgeSeconds: 0 });
  await until(() => stream.accounts.length > 0);
  expect(stream.accounts[0]).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
  expect(recording.seen()).toEqual([]);
});

test('given a failing batch, when the mapping is stopped and started, then what went through stays done and the rest comes again', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction({ throws: true });
  recording.failOn('a2');
  const first = stream.run(recording, { batchSize: 1 });
  await stream.put('a1', 'a2', 'a3');
  await until(() => recording.seen().includes('a2'));
  await first.stop();
  const before = recording.batches().length;

  recording.succeedOn('a2');
  stream.run(recording, { batchSize: 1 });
  await until(() => recording.seen().includes('a3'));
  expect(recording.batches().slice(before)).toEqual([['a2'], ['a3']]);
});

test('given a failure destination that is away, when a batch is given up, then its account is sent once it is back', async () => {
  const stream = await givenStream();
  const recording = givenRecordingFunction();
  recording.failOn('a1');
  let refusals = 2;
  const accounts: object[] = [];
  stream.run(recording, {
    maximumRetryAttempts: 0,
    onFailure: async (account) => {
      if (refusals-- > 0) throw new Error('the queue is away');
      accounts.push(account);
    },
  });
  await stream.put('a1', 'a2');
  await until(() => accounts.length === 1);
  await stream.put('a3');
  await until(() => recording.seen().includes('a3'));
});
