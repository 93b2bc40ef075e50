import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, inject, onTestFinished, test } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { type QueueMapping, runQueueMapping } from '../../../infra/local/queue-mapping.ts';
import { givenFunction } from '../../support/bundle.ts';
import { givenRecordingFunction } from '../../support/recording-function.ts';
import { until } from '../../support/until.ts';

const client = () => new SQSClient({ ...localAws, endpoint: inject('fauxqs') });

const givenQueue = async (Attributes: Record<string, string> = {}) => {
  const sqs = client();
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `queue-${crypto.randomUUID()}`, Attributes }),
  );
  const queueUrl = `${inject('fauxqs')}${new URL(QueueUrl).pathname}`;
  const attributes = async (): Promise<Record<string, string>> =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const { QueueArn: queueArn = '' } = await attributes();
  return {
    queueUrl,
    queueArn,
    send: async (...bodies: string[]) => {
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    },
    isEmpty: async () => {
      const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: hidden } =
        await attributes();
      return Number(waiting) + Number(hidden) === 0;
    },
    run: (target: QueueMapping['target'], mapping: Partial<QueueMapping> = {}) => {
      const running = runQueueMapping(inject('fauxqs'), {
        queueUrl,
        queueArn,
        target,
        batchSize: 10,
        patterns: [],
        reportsItemFailures: true,
        told: () => undefined,
        ...mapping,
      });
      onTestFinished(running.stop);
      return running;
    },
  };
};

test('given messages, when the function works them off, then the queue is empty', async () => {
  const queue = await givenQueue();
  const { target, seen } = givenRecordingFunction();
  await queue.send('a1', 'a2', 'a3');
  queue.run(target);
  await until(async () => seen().length === 3 && (await queue.isEmpty()));
  expect(seen().toSorted()).toEqual(['a1', 'a2', 'a3']);
});

test('given a function that names what failed, when a batch is worked off, then only that comes again', async () => {
  const queue = await givenQueue({ VisibilityTimeout: '1' });
  const recording = givenRecordingFunction();
  recording.failOn('a2');
  await queue.send('a1', 'a2');
  queue.run(recording.target);
  await until(() => recording.seen().filter((key) => key === 'a2').length === 2);
  recording.succeedOn('a2');
  await until(queue.isEmpty);
  expect(recording.seen().filter((key) => key === 'a1')).toEqual(['a1']);
});

test('given a message that always fails, when it was received as often as the queue allows, then it lies in the dead letters', async () => {
  const dead = await givenQueue();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: 2 });
  const queue = await givenQueue({ VisibilityTimeout: '1', RedrivePolicy });
  const recording = givenRecordingFunction({ throws: true });
  recording.failOn('a1');
  await queue.send('a1');
  queue.run(recording.target);
  const deadLetters = async (): Promise<string[]> => {
    const { Messages = [] } = await client().send(
      new ReceiveMessageCommand({ QueueUrl: dead.queueUrl, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body = '' }) => Body);
  };
  await until(async () => (await deadLetters()).includes('a1'));
  expect(recording.seen()).toEqual(['a1', 'a1']);
});

test('given a filter, when messages come that it does not let through, then they are gone unseen', async () => {
  const queue = await givenQueue();
  const { target, seen } = givenRecordingFunction();
  await queue.send('{"kind":"timer"}', '{"kind":"other"}', 'no JSON');
  queue.run(target, { patterns: [{ body: { kind: ['timer'] } }] });
  await until(queue.isEmpty);
  expect(seen()).toEqual(['{"kind":"timer"}']);
});

test('given a message with attributes, when the function sees it, then in the form that Lambda gives', async () => {
  const queue = await givenQueue({ VisibilityTimeout: '1' });
  const { target, logged } = givenFunction('export const handler = (event) => console.log(JSON.stringify(event));');
  const MessageAttributes = { atpId: { DataType: 'String', StringValue: 'AT-1' } };
  await client().send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody: 'body', MessageAttributes }));
  queue.run(target);
  await until(() => logged().endsWith('\n'));
  expect(JSON.parse(logged()).Records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'body',
      attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) }),
      messageAttributes: {
        atpId: { dataType: 'String', stringValue: 'AT-1', stringListValues: [], binaryListValues: [] },
      },
      md5OfBody: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: queue.queueArn,
      awsRegion: 'us-east-1',
    },
  ]);
});
