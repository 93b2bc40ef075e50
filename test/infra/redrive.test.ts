import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { env } from '../../lib/env.ts';
import { waiting } from '../../lib/outbox/waiting.ts';
import type { Table } from '../../lib/store/client.ts';
import { type Item, itemOf } from '../../lib/store/items.ts';
import { keys, outboxKey, owingKey, SHARDS, shardOf } from '../../lib/store/keys.ts';
import { givenDirective, givenEscalation } from '../lib/notify/given.ts';
import { Gate, snsError } from '../support/gate.ts';
import { createTable, engineEnvironment } from '../support/table.ts';
import { GivenTimerQueue, sqsError } from '../support/timer-queue.ts';
import { Topic } from '../support/topics.ts';

const program = join(import.meta.dirname, '../../infra/redrive.ts');
const longAgo = '2026-03-01T12:00:00.000Z';

let table: Table;
let directives: Topic;
let hitl: Topic;
let sns: Gate;
let dynamodb: Gate;
let timers: GivenTimerQueue;
let data: string;
let stack: { sqs: object; [more: string]: unknown };

beforeAll(async () => {
  [directives, hitl] = await Promise.all([Topic.create(), Topic.create()]);
  sns = await Gate.before(inject('fauxqs'));
  dynamodb = await Gate.before(inject('dynamodb'));
  timers = await GivenTimerQueue.create();
  data = await mkdtemp(join(tmpdir(), 'redrive-'));
});
beforeEach(async () => {
  sns.refuse = () => undefined;
  dynamodb.refuse = () => undefined;
  timers.refuse = () => undefined;
  timers.sent();
  timers.asked();
  table = await createTable();
  stack = {
    url: 'http://127.0.0.1:1',
    tokens: {},
    sqs: { endpoint: timers.endpoint, queues: { directives: 'none', hitl: 'none' }, timers: timers.url },
    dynamodb: { endpoint: dynamodb.endpoint, table: table.name },
    sns: { endpoint: sns.endpoint, topics: { directives: directives.arn, hitl: hitl.arn } },
  };
  await writeFile(join(data, 'stack.json'), JSON.stringify(stack));
});
afterAll(async () => {
  await Promise.all([sns.close(), dynamodb.close(), timers.close()]);
  await rm(data, { recursive: true });
});

type Ran = { status: number; out: string; err: string };
const redrive = (args = ['--data', data], environment: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? '', ...environment } };
    execFile(process.execPath, [program, ...args], options, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

/** The 26 digits of a ULID that ends in a number. */
const ulid = (number: number) => String(number).padStart(26, '0');
const put = async (item: Item): Promise<string> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
  return String(item.messageId);
};
const givenUnpublished = (number: number, make = givenEscalation, sentAt = longAgo): Promise<string> => {
  const atpId = `AT-${number}`;
  const messageId = `msg_${atpId}_${ulid(number)}`;
  const outbox = outboxKey(number % SHARDS);
  return put({ ...keys.message({ atpId, ulid: ulid(number) }), ...make({ atpId, messageId, sentAt }), outbox });
};
const publishedIds = async (): Promise<string[]> => {
  const received = [...(await directives.received()), ...(await hitl.received())];
  return received.map(({ attributes }) => attributes.messageId ?? '').sort();
};

describe('given messages that were never published', () => {
  test('when redriven, then each is published, in whatever shard, and none is left', async () => {
    const ids = await Promise.all([0, 1, 2, 3, 4].map((n) => givenUnpublished(n, n % 2 ? givenDirective : undefined)));

    const { status, out, err } = await redrive();

    expect(err).toBe('');
    for (const id of ids) expect(out).toMatch(new RegExp(`^published  ${id}  `, 'm'));
    expect(out).toMatch(/^5 published, 0 queued, 0 passed, 0 failed\.$/m);
    expect(status).toBe(0);
    expect(await publishedIds()).toEqual(ids.sort());
    expect((await redrive()).out).toBe('0 published, 0 queued, 0 passed, 0 failed.\n');
  });

  test('when one is younger than a minute, then it is left to the notifier, unless asked for', async () => {
    const id = await givenUnpublished(1, givenDirective, new Date().toISOString());
    expect((await redrive()).out).toBe('0 published, 0 queued, 0 passed, 0 failed.\n');
    expect((await redrive(['--data', data, '--older-than', '0'])).out).toContain(`published  ${id}`);
    expect(await publishedIds()).toEqual([id]);
  });

  test('when a topic refuses, then the rest goes out, the failure is told and the message stays', async () => {
    const escalation = await givenUnpublished(1);
    const directive = await givenUnpublished(2, givenDirective);
    sns.refuse = ({ body }) =>
      new URLSearchParams(body).get('TopicArn') === hitl.arn
        ? snsError(403, 'AuthorizationError', 'not authorized to perform: SNS:Publish')
        : undefined;

    const { status, out } = await redrive();

    expect(out).toMatch(new RegExp(`^FAILED     ${escalation}  Escalation to @operator, .*: not authorized`, 'm'));
    expect(out).toMatch(/^1 published, 0 queued, 0 passed, 1 failed\.$/m);
    expect(status).toBe(1);
    expect(await publishedIds()).toEqual([directive]);

    sns.refuse = () => undefined;
    expect((await redrive()).status).toBe(0);
    expect(await publishedIds()).toEqual([escalation]);
  });

  test('when the index lags and names what was published meanwhile, then it is passed', async () => {
    const key = keys.message({ atpId: 'AT-1', ulid: ulid(1) });
    const id = await put({ ...key, ...givenEscalation({ messageId: `msg_AT-1_${ulid(1)}` }), publishedAt: longAgo });
    const entry = { pk: { S: key.pk }, sk: { S: key.sk }, sentAt: { S: longAgo }, outbox: { S: outboxKey(1) } };
    dynamodb.refuse = ({ headers, body }) =>
      String(headers['x-amz-target']).endsWith('.Query') && body.includes(outboxKey(1))
        ? { status: 200, body: JSON.stringify({ Items: [entry], Count: 1, ScannedCount: 1 }) }
        : undefined;

    const { status, out } = await redrive();

    expect(out).toMatch(new RegExp(`^passed     ${id} .*handed over meanwhile$`, 'm'));
    expect(status).toBe(0);
    expect(await publishedIds()).toEqual([]);
  });

  test('when there are more than a page holds, then all are found', async () => {
    const numbers = Array.from({ length: 60 }, (_, n) => n * SHARDS);
    await Promise.all(numbers.map((n) => givenUnpublished(n)));
    const found = new Set<unknown>();
    for await (const { item } of waiting(table, '2027-01-01T00:00:00.000Z')) {
      found.add(item?.messageId);
      const { pk, sk } = item as Item;
      await table.client.send(
        new UpdateCommand({ TableName: table.name, Key: { pk, sk }, UpdateExpression: 'REMOVE outbox' }),
      );
    }
    expect(found.size).toBe(60);
  });
});

describe('given a message whose email never went', () => {
  test('when redriven, then its digest is asked for, nothing is published again, and it stays until it is mailed', async () => {
    const messageId = `msg_AT-9_${ulid(9)}`;
    const key = keys.message({ atpId: 'AT-9', ulid: ulid(9) });
    const outbox = owingKey('hitl', shardOf('AT-9'));
    await put({
      ...key,
      ...givenEscalation({ atpId: 'AT-9', messageId, sentAt: longAgo }),
      outbox,
      publishedAt: longAgo,
    });
    const { status, out, err } = await redrive();
    expect(err).toBe('');
    expect(out).toMatch(new RegExp(`^queued {5}${messageId} {2}Escalation to @operator, its email, sent 2026-`, 'm'));
    expect(status).toBe(0);
    expect(timers.asked()).toEqual([{ due: { digest: 'hitl', messageIds: [messageId] }, delaySeconds: 5 }]);
    expect(await publishedIds()).toEqual([]);
    expect((await redrive()).out).toContain(messageId);
  });
});

describe('given timers that were never queued', () => {
  const timer = { atpId: 'AT-7', deadline: 'fix', dueAt: longAgo };
  const givenUnqueued = (): Promise<string> => {
    const value = { at: longAgo, role: '@dev', principal: 'dev-1', action: 'acknowledge' } as const;
    return put(itemOf({ kind: 'event', atpId: 'AT-7', ulid: ulid(7), value, timers: [timer] }));
  };

  test('when redriven beside messages, then they are queued, and none is left', async () => {
    await givenUnqueued();
    const id = await givenUnpublished(1);
    const { status, out, err } = await redrive();
    expect(err).toBe('');
    expect(out).toMatch(/^queued {5}ATP#AT-7 EVENT#0{25}7 {2}1 timers, sent 2026-/m);
    expect(out).toMatch(/^1 published, 1 queued, 0 passed, 0 failed\.$/m);
    expect(status).toBe(0);
    expect(timers.sent()).toEqual([{ timer, delaySeconds: 0 }]);
    expect(await publishedIds()).toEqual([id]);
    expect((await redrive()).out).toBe('0 published, 0 queued, 0 passed, 0 failed.\n');
  });

  test('when SQS refuses, then the failure is told and they stay', async () => {
    await givenUnqueued();
    timers.refuse = () => sqsError(403, 'AccessDeniedException');
    const { status, out } = await redrive();
    expect(out).toMatch(/^FAILED {5}ATP#AT-7 .*: AccessDeniedException$/m);
    expect(status).toBe(1);
    timers.refuse = () => undefined;
    expect((await redrive()).status).toBe(0);
  });
});

describe('given an event that webhooks were never told of', () => {
  beforeEach(async () => {
    const value = { at: longAgo, role: '@pm', principal: 'pm-1', action: 'start' } as const;
    await put(itemOf({ kind: 'event', atpId: 'AT-8', ulid: ulid(8), value, webhook: 'atp.opened' }));
  });

  test('when redriven, then it is queued', async () => {
    const sqs = { ...stack.sqs, webhooks: timers.url };
    await writeFile(join(data, 'stack.json'), JSON.stringify({ ...stack, sqs }));
    expect((await redrive()).out).toMatch(/^queued {5}ATP#AT-8 EVENT#0{25}8 {2}0 timers, atp\.opened, sent 2026-/m);
    const told = { kind: 'event', atpId: 'AT-8', ulid: ulid(8), type: 'atp.opened' };
    expect(await timers.received()).toContainEqual(told);
    expect((await redrive()).out).toBe('0 published, 0 queued, 0 passed, 0 failed.\n');
  });

  test('when nobody names their queue, then that is told and it stays', async () => {
    const { status, out } = await redrive();
    expect(out).toMatch(/^FAILED {5}ATP#AT-8 .*their queue was not named$/m);
    expect(status).toBe(1);
  });
});

describe('given a table in an account', () => {
  test('then table, topics and queue come from options or the environment of the notifier', async () => {
    const id = await givenUnpublished(1);
    const account = { ...engineEnvironment(), AWS_ENDPOINT_URL_SNS: sns.endpoint };
    const places = { [env.directivesTopic]: directives.arn, [env.hitlTopic]: hitl.arn };
    const args = ['--table', table.name, '--region', 'us-east-1', '--timer-queue', timers.url];
    const { out, err } = await redrive(args, { ...account, ...places });
    expect(err).toBe('');
    expect(out).toContain(`published  ${id}`);
    expect(await publishedIds()).toEqual([id]);
  });

  test.each<[string[], RegExp]>([
    [['--table', 'x'], /--directives-topic, --hitl-topic and --timer-queue are needed/],
    [['--timer-queue', 'x'], /one or the other/],
    [['--table', 'x', '--data', 'y'], /one or the other/],
    [['--region', 'x'], /one or the other/],
    [['--data', '/nowhere'], /there is no stack\.json in \/nowhere: run npm start first/],
    [['--older-than', 'soon'], /no whole number of seconds/],
    [['--sooner'], /--sooner/],
  ])('%j is refused in one line', async (args, reason) => {
    const { status, err } = await redrive(args);
    expect(err).toMatch(reason);
    expect(err.trimEnd()).not.toContain('\n');
    expect(status).toBe(1);
  });
});
