import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishBatchCommand, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { type Messaging, startMessaging } from '../../../infra/local/messaging.ts';
import type { Topic } from '../../../infra/local/outbox.ts';
import { makeQueue, queueUrlOf } from '../../../infra/local/resources.ts';
import { subscribeQueue } from '../../../infra/local/subscriptions.ts';
import { givenDirectory } from '../../support/bundle.ts';

type Given = { directory?: string; topic?: Topic; filter?: object };

/** A topic with a queue subscribed to it, and ways to use them. */
const givenTopic = async ({ directory = givenDirectory(), topic = { name: 'hitl' }, filter }: Given = {}) => {
  const told: string[] = [];
  const messaging = await startMessaging({
    dataDirectory: directory,
    topicOf: () => topic,
    told: (line) => told.push(line),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= messaging.stop());
  onTestFinished(stop);
  const { topicArn: TopicArn } = messaging.emulator.createTopic('Topic');
  const queueArn = await makeQueue(messaging, 'queue');
  const attributes = filter && { FilterPolicy: JSON.stringify(filter) };
  await subscribeQueue(messaging.endpoint, TopicArn, queueArn, attributes);
  const { endpoint } = messaging;
  const sns = new SNSClient({ ...localAws, endpoint, maxAttempts: 1 });
  return {
    directory,
    told,
    messaging,
    TopicArn,
    stop,
    sns,
    publish: (input: Partial<PublishCommandInput>) =>
      sns.send(new PublishCommand({ TopicArn, Message: 'text', ...input })),
    outbox: () => filesIn(join(directory, 'outbox')),
    received: () => received(messaging),
  };
};

const filesIn = (directory: string): [name: string, text: string][] =>
  readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]);

const sqsOf = ({ endpoint }: Messaging) => new SQSClient({ ...localAws, endpoint, maxAttempts: 1 });

const received = async (messaging: Messaging): Promise<string[]> => {
  const QueueUrl = queueUrlOf(messaging, 'queue');
  const sqs = sqsOf(messaging);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => Body);
};

const structured = { default: '{"messageId":"m-1"}', email: 'Dear operator', sms: 'Look!' };

test('given texts for each kind of subscriber, when they are published, then each gets its own by SNS’s rules', async () => {
  const { publish, received, outbox, TopicArn, told } = await givenTopic({
    topic: { name: 'hitl', displayName: 'Hotfix operator' },
  });
  const { MessageId } = await publish({
    Subject: 'ATP closed',
    Message: JSON.stringify(structured),
    MessageStructure: 'json',
    MessageAttributes: { toRole: { DataType: 'String', StringValue: '@operator' } },
  });
  const [envelope = '{}'] = await received();
  expect(JSON.parse(envelope)).toMatchObject({
    Type: 'Notification',
    MessageId,
    TopicArn,
    Subject: 'ATP closed',
    Message: structured.default,
    MessageAttributes: { toRole: { Type: 'String', Value: '@operator' } },
  });
  const [email, sms] = outbox();
  expect(email?.[0]).toMatch(new RegExp(`^\\d{8}T\\d{6}\\.\\d{3}Z-hitl-email-${MessageId}\\.txt$`));
  expect(email?.[1]).toContain('From: Hotfix operator <no-reply@sns.amazonaws.com>');
  expect(email?.[1]).toContain('Subject: ATP closed\n');
  expect(email?.[1]).toContain('\n\nDear operator\n\n--\nIf you wish to stop receiving notifications');
  expect(sms?.[0]).toMatch(/-hitl-sms-/);
  expect(sms?.[1]).toBe('Hotfix ope> Look!');
  expect(told).toEqual(['published to hitl: ATP closed']);
});

test('given no text for email and SMS and no subject, when it is published, then they get the default and SNS’s own subject', async () => {
  const { publish, outbox } = await givenTopic();
  await publish({ Message: '{"default":"for all"}', MessageStructure: 'json' });
  const [email, sms] = outbox();
  expect(email?.[1]).toContain('From: AWS Notifications <no-reply@sns.amazonaws.com>');
  expect(email?.[1]).toContain('Subject: AWS Notification Message\n');
  expect(email?.[1]).toContain('\n\nfor all\n\n--\n');
  expect(sms?.[1]).toBe('for all');
});

test('given a text for queues, when it is published, then the queue gets that', async () => {
  const { publish, received } = await givenTopic();
  await publish({ Message: '{"default":"for all","sqs":"for queues"}', MessageStructure: 'json' });
  expect(JSON.parse((await received())[0] ?? '{}').Message).toBe('for queues');
});

test('given a filter on a subscription, when notices are published, then the queue gets those that pass', async () => {
  const { publish, received } = await givenTopic({ filter: { priority: ['P0-Critical'] } });
  for (const StringValue of ['P2-Normal', 'P0-Critical'])
    await publish({ Message: StringValue, MessageAttributes: { priority: { DataType: 'String', StringValue } } });
  expect((await received()).map((body) => JSON.parse(body).Message)).toEqual(['P0-Critical']);
});

const toChannels = (...channels: string[]): Partial<PublishCommandInput> => ({
  Message: JSON.stringify({ ...structured, default: channels.join() }),
  MessageStructure: 'json',
  MessageAttributes: { channels: { DataType: 'String.Array', StringValue: JSON.stringify(channels) } },
});

test('given channels, when notices are published, then each subscriber gets what is meant for it', async () => {
  const { publish, received, outbox } = await givenTopic({ filter: { channels: ['machine'] } });
  await publish(toChannels('machine', 'sms'));
  await publish(toChannels('email'));
  await publish(toChannels('machine', 'email', 'sms'));
  await publish({ Message: 'of somebody else' });
  const toQueue = (await received()).map((body) => JSON.parse(body));
  expect(toQueue.map(({ Message }) => Message)).toEqual(['machine,sms', 'machine,email,sms']);
  expect(toQueue[0]?.MessageAttributes.channels).toEqual({ Type: 'String.Array', Value: '["machine","sms"]' });
  const kinds = outbox().map(([name]) => name.replace(/^[^-]+-hitl-([a-z]+)-.*$/, '$1'));
  expect(kinds.toSorted()).toEqual(['email', 'email', 'email', 'sms', 'sms', 'sms']);
});

const json = (Message: string): Partial<PublishCommandInput> => ({ Message, MessageStructure: 'json' });
const refusals: [string, Partial<PublishCommandInput>, RegExp][] = [
  ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, /Invalid parameter: Subject/],
  ['an empty subject', { Subject: '' }, /Invalid parameter: Subject/],
  ['a subject with a line break', { Subject: 'one\r\nBcc: all' }, /Invalid parameter: Subject/],
  ['a subject with a control character', { Subject: 'one\u0007' }, /Invalid parameter: Subject/],
  ['an empty message', { Message: '' }, /Invalid parameter: Empty message/],
  ['a message over 256 KiB', { Message: 'x'.repeat(262_145) }, /Message too long/],
  [
    'texts that are over 256 KiB together',
    json(JSON.stringify({ default: 'a', email: 'x'.repeat(262_144) })),
    /too long/,
  ],
  ['no default text', json('{"email":"a"}'), /No default entry in JSON message body/],
  ['a default that is no text', json('{"default":{"a":1}}'), /No default entry in JSON message body/],
  ['a structure that is no JSON', json('{"default":'), /JSON message body failed to parse/],
  ['a structure that is a list', json('["default"]'), /JSON message body failed to parse/],
  ['a structure that names a text twice', json('{"default":"a","default":"b"}'), /JSON message body failed to parse/],
  ['an unknown structure', { MessageStructure: 'xml' }, /Invalid parameter: MessageStructure/],
  [
    'an empty attribute',
    { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
    /non-empty message attribute/,
  ],
  ['a topic that is not there', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:Other' }, /Topic does not exist/],
];

test.each(refusals)(
  'given %s, when it is published, then SNS refuses it and nobody gets anything',
  async (_, input, message) => {
    const { publish, received, told, directory } = await givenTopic();
    await expect(publish(input)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: expect.toSatisfy((status: number) => status === 400 || status === 404) },
    });
    expect(await received()).toEqual([]);
    expect(readdirSync(directory)).not.toContain('outbox');
    expect(told).toEqual([]);
  },
);

test('given a subject of 99 characters and no ASCII, when it is published, then SNS takes it', async () => {
  const { publish } = await givenTopic();
  await publish({ Subject: 'é'.repeat(99) });
});

test('given several publications in one request, when they are sent, then they are refused, not let past the rules', async () => {
  const { sns, TopicArn } = await givenTopic();
  const PublishBatchRequestEntries = [{ Id: '1', Message: 'a' }];
  await expect(sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).rejects.toThrow(
    /publishes one by one/,
  );
});

test('given an SNS told to refuse, when something is published, then it fails as a service does, until told otherwise', async () => {
  const { publish, messaging, received } = await givenTopic();
  messaging.refusePublications(true);
  await expect(publish({})).rejects.toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 500 } });
  messaging.refusePublications(false);
  await publish({ Message: 'after all' });
  expect((await received()).map((body) => JSON.parse(body).Message)).toEqual(['after all']);
});

test('given a delay beyond 15 minutes, when a message is sent, then SQS refuses it', async () => {
  const { messaging } = await givenTopic();
  const QueueUrl = queueUrlOf(messaging, 'queue');
  const send = (DelaySeconds: number) =>
    sqsOf(messaging).send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds }));
  await expect(send(901)).rejects.toMatchObject({
    message: expect.stringContaining('DelaySeconds must be >= 0 and <= 900'),
  });
  await expect(send(-1)).rejects.toThrow(/DelaySeconds/);
  await send(900);
});

test('given a batch with one delay too long, when it is sent, then that one alone fails', async () => {
  const { messaging, received } = await givenTopic();
  const { Successful, Failed } = await sqsOf(messaging).send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrlOf(messaging, 'queue'),
      Entries: [
        { Id: 'now', MessageBody: 'now' },
        { Id: 'late', MessageBody: 'late', DelaySeconds: 1_000 },
      ],
    }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(['now']);
  expect(Failed).toEqual([expect.objectContaining({ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' })]);
  expect(await received()).toEqual(['now']);
});

test('given messages, a delayed one and a file, when all is stopped and started, then they are still there', async () => {
  const directory = givenDirectory();
  const before = await givenTopic({ directory });
  const s3 = ({ s3Endpoint: endpoint }: Messaging) => new S3Client({ ...localAws, endpoint, forcePathStyle: true });
  await before.publish({ Message: 'kept' });
  const QueueUrl = queueUrlOf(before.messaging, 'queue');
  await sqsOf(before.messaging).send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
  before.messaging.emulator.createBucket('bucket');
  await s3(before.messaging).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a/b', Body: 'content' }));
  await before.stop();

  const { messaging, received, publish } = await givenTopic({ directory });
  expect(messaging.emulator.inspectQueue('queue')?.messages.delayed.map(({ body }) => body)).toEqual(['later']);
  expect((await received()).map((body) => JSON.parse(body).Message)).toEqual(['kept']);
  const { Body } = await s3(messaging).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a/b' }));
  expect(await Body?.transformToString()).toBe('content');
  await publish({ Message: 'once' });
  expect(await received()).toHaveLength(1);
});

test('given a queue that an earlier start made, when the template gives it other attributes, then it has them', async () => {
  const { messaging } = await givenTopic();
  await makeQueue(messaging, 'queue', { VisibilityTimeout: '77' });
  expect(messaging.emulator.inspectQueue('queue')?.attributes.VisibilityTimeout).toBe('77');
});

test('given the emulator, when it listens, then on this machine alone', async () => {
  const { messaging } = await givenTopic();
  expect(messaging.emulator.address).toMatch(/^http:\/\/127\.0\.0\.1:/);
});
