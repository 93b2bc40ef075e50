import { SNSClient } from '@aws-sdk/client-sns';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { mailOwn } from '../../../lib/digest/mail-own.ts';
import { takePlace, takeTurn } from '../../../lib/digest/turns.ts';
import { type Surroundings, workOffDigests } from '../../../lib/digest/work-off.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';
import { type FarOfMessages, publishMessages } from '../../../lib/outbox/messages.ts';
import type { Table } from '../../../lib/store/client.ts';
import { type Item, itemOf } from '../../../lib/store/items.ts';
import { keys } from '../../../lib/store/keys.ts';
import { readItems } from '../../../lib/store/read.ts';
import { openQueue } from '../../../lib/timer/queue.ts';
import { mostInASecond } from '../../bench/storm/report.ts';
import { Gate, snsError } from '../../support/gate.ts';
import { createTable, engineEnvironment, tableAt } from '../../support/table.ts';
import { GivenTimerQueue, sqsError } from '../../support/timer-queue.ts';
import { Topic } from '../../support/topics.ts';
import { givenEscalation, givenQuestion } from '../notify/given.ts';

let sns: Gate;
let dynamodb: Gate;
let timers: GivenTimerQueue;
/** What machines and email get of the operator's topic. */
let topic: Topic;
let far: FarOfMessages;
let surroundings: Surroundings;
let table: Table;
/** When the function that mails runs. */
let clock = 0;

beforeAll(async () => {
  Object.assign(process.env, engineEnvironment());
  sns = await Gate.before(inject('fauxqs'));
  dynamodb = await Gate.before(inject('dynamodb'));
  timers = await GivenTimerQueue.create();
  process.env.AWS_ENDPOINT_URL_SQS = timers.endpoint;
});
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  table = tableAt(dynamodb.endpoint, (await createTable()).name);
  topic = await Topic.create('machine', 'email');
  const client = new SNSClient({ ...localAws, endpoint: sns.endpoint, maxAttempts: 1 });
  const topics = {
    sns: client,
    arns: { directives: topic.arn, hitl: topic.arn },
    publicUrl: 'https://board.example.com',
    decisions: { url: 'https://board.example.com/decision', key: async () => 'a key of these tests' },
  };
  const queue = openQueue(timers.url);
  far = { table, topics, timers: queue, digestInterval: 10 };
  surroundings = { table, topics, queue, interval: 10, now: () => clock };
});
afterEach(() => {
  vi.restoreAllMocks();
  sns.refuse = () => undefined;
  dynamodb.refuse = () => undefined;
  timers.refuse = () => undefined;
  timers.asked();
  timers.askedOwn();
});
afterAll(() => Promise.all([sns.close(), dynamodb.close(), timers.close()]));

let made = 0;
/** A message that was handed over while the next turn lay five seconds ahead. */
const givenWaiting = async (said: Partial<Outgoing> = {}): Promise<Item> => {
  const item = await written(said);
  await mailsUntil(Date.now() + 5_000);
  expect(await publishMessages(far, [item])).toMatchObject([{ kind: 'published' }]);
  clock = dueAt(await now(item)) + 500;
  return item;
};
const written = async (said: Partial<Outgoing> = {}): Promise<Item> => {
  const [atpId, ulid] = [`AT-${++made}`, String(made).padStart(26, '0')];
  const { brief, ...message } = givenEscalation({ ...said, atpId, messageId: `msg_${atpId}_${ulid}` });
  const item = itemOf({ kind: 'message', value: message, brief });
  await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
  return item;
};
const mailsUntil = (time: number) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: { ...keys.digest('hitl'), mailsUntil: time } }));
const now = async ({ pk, sk }: Item): Promise<Item | undefined> =>
  (await readItems(table, [{ pk, sk }])).get({ pk, sk });
const dueAt = (item: Item | undefined): number => Date.parse(String(item?.ownEmailAt));
const idOf = ({ messageId }: Item): string => String(messageId);

const mail = (...items: Item[]) =>
  mailOwn(
    items.map((item, position) => ({ messageId: String(position), due: { ownEmail: idOf(item) } })),
    surroundings,
    'request-1',
  );
const workOffDigest = (...items: Item[]) =>
  workOffDigests([{ messageId: '0', due: { digest: 'hitl', messageIds: items.map(idOf) } }], surroundings, 'request-1');

/** What came since the last call: to whom, and of which message or messages. */
const came = async () =>
  (await topic.received()).map(({ attributes, texts }) => {
    const { messageIds } = JSON.parse(texts.default) as { messageIds?: string[] };
    return { to: JSON.parse(attributes.channels ?? ''), of: messageIds ?? attributes.messageId };
  });
const noticeOf = (item: Item) => ({ to: ['machine', 'sms'], of: idOf(item) });
const emailOf = (item: Item) => ({ to: ['email'], of: idOf(item) });
const digestOf = (...items: Item[]) => ({ to: ['email'], of: items.map(idOf) });

describe('given a mail whose turn is in five seconds', () => {
  test('when its message is handed over, then machines have it at once, and the mail is asked for, for then', async () => {
    const item = await givenWaiting();
    expect(await came()).toEqual([noticeOf(item)]);
    const [asked, ...more] = timers.askedOwn();
    expect(more).toEqual([]);
    expect(asked?.due).toEqual({ ownEmail: idOf(item) });
    // Less where this machine was slow.
    expect(asked?.delaySeconds).toBeGreaterThan(0);
    expect(asked?.delaySeconds).toBeLessThanOrEqual(5);
    expect(timers.asked()).toEqual([]);
    const left = await now(item);
    expect(left?.outbox).toMatch(/^OWN-EMAIL#hitl#\d$/);
    expect(left?.publishedAt).toBeDefined();
  });

  test('when it is due, then it goes once, with the same eventId, however often it is asked for', async () => {
    const item = await givenWaiting();
    const [notice] = await topic.received();
    expect(await mail(item, item)).toEqual([]);
    const [email, ...more] = await topic.received();
    expect(more).toEqual([]);
    expect(email?.attributes.eventId).toBe(notice?.attributes.eventId);
    const left = await now(item);
    expect([left?.outbox, left?.ownEmailAt, left?.emailedAt]).toEqual([
      undefined,
      undefined,
      new Date(clock).toISOString(),
    ]);
    expect(await mail(item)).toEqual([]);
    expect(await came()).toEqual([]);
  });

  test('when it is asked for twice at once, by two functions, then it goes once, and the other looks again later', async () => {
    const item = await givenWaiting();
    await came();
    timers.askedOwn();
    expect(await Promise.all([mail(item), mail(item)])).toEqual([[], []]);
    expect(await came()).toEqual([emailOf(item)]);
    clock += 10_000;
    for (const { due } of timers.askedOwn()) expect(due).toEqual({ ownEmail: idOf(item) });
    expect(await mail(item)).toEqual([]);
    expect(await came()).toEqual([]);
    expect(timers.asked()).toEqual([]);
  });

  test('when it asks the operator something, then it has the link by which that is decided', async () => {
    const item = await givenWaiting(givenQuestion());
    await topic.received();
    await mail(item);
    const [email] = await topic.received();
    expect(email?.texts.email).toContain('https://board.example.com/decision?link=');
  });

  test('when a digest goes meanwhile, then it is not in it; and is, where its own mail never came', async () => {
    const item = await givenWaiting();
    const published = await came();
    await workOffDigest(item);
    expect(await came()).toEqual([]);
    clock += 240_000;
    const later = await written();
    await mailsUntil(clock + 60_000);
    await publishMessages(far, [later]);
    expect(await came()).toEqual([noticeOf(later)]);
    // Asked for by the later one: the other is found in the index.
    await workOffDigest(later);
    expect(await came()).toEqual([digestOf(item, later)]);
    expect(published).toEqual([noticeOf(item)]);
    await mail(item);
    expect(await came()).toEqual([]);
  });
});

describe('given a failure on the way', () => {
  test('when nobody could ask for the mail, then the record fails, and comes again to do so, not to publish', async () => {
    const item = await written();
    await mailsUntil(Date.now() + 5_000);
    timers.refuse = () => sqsError(403, 'AccessDeniedException');
    expect(await publishMessages(far, [item])).toEqual([{ kind: 'retry', error: expect.any(Error) }]);
    expect(await came()).toEqual([noticeOf(item)]);
    timers.refuse = () => undefined;
    expect(await publishMessages(far, [await now(item)])).toEqual([{ kind: 'queued' }]);
    expect(timers.askedOwn().map(({ due }) => due)).toEqual([{ ownEmail: idOf(item) }]);
    expect(await came()).toEqual([]);
  });

  test('when SNS refuses one mail of two, then its request alone fails, and brings it once SNS takes it', async () => {
    const [one, other] = [await givenWaiting(), await givenWaiting()];
    await came();
    sns.refuse = ({ body }) => (body.includes(idOf(one)) ? snsError(500, 'InternalError') : undefined);
    expect(await mail(one, other)).toEqual(['0']);
    expect(await came()).toEqual([emailOf(other)]);
    sns.refuse = () => undefined;
    clock += 168_000;
    expect(await mail(one)).toEqual([]);
    expect(await came()).toEqual([emailOf(one)]);
  });

  test('when it is not marked, then its request fails, and it comes again by itself', async () => {
    const item = await givenWaiting();
    await came();
    dynamodb.refuse = ({ body }) => (body.includes('emailedAt') ? 'hang up' : undefined);
    expect(await mail(item)).toEqual(['0']);
    dynamodb.refuse = () => undefined;
    clock += 168_000;
    expect(await mail(item)).toEqual([]);
    expect(await came()).toEqual([emailOf(item), emailOf(item)]);
  });
});

describe('given that nine mails went within the second', () => {
  const takeAll = async () => {
    for (let mails = 0; mails < 9; mails++) expect(await takePlace(table, 'hitl', clock)).toBe(true);
  };

  test('when another is due, then it is asked for again in a second, and goes then', async () => {
    const item = await givenWaiting();
    await came();
    await takeAll();
    timers.askedOwn();
    expect(await mail(item)).toEqual([]);
    expect(timers.askedOwn()).toEqual([{ due: { ownEmail: idOf(item) }, delaySeconds: 1 }]);
    expect(await came()).toEqual([]);
    clock += 1_000;
    await mail(item);
    expect(await came()).toEqual([emailOf(item)]);
  });

  test('when it is late by more than ten seconds, then it is left to a digest, also where nobody could ask for that', async () => {
    const item = await givenWaiting();
    await came();
    clock += 10_000;
    await takeAll();
    timers.refuse = () => sqsError(403, 'AccessDeniedException');
    expect(await mail(item)).toEqual(['0']);
    timers.refuse = () => undefined;
    expect(await mail(item)).toEqual([]);
    expect(timers.asked()).toEqual([{ due: { digest: 'hitl', messageIds: [idOf(item)] }, delaySeconds: 10 }]);
    await workOffDigest(item);
    expect(await came()).toEqual([digestOf(item)]);
  });
});

test('given four notifiers and a slow queue, when eighty mails come, then never more than nine lie within a second', async () => {
  const start = Date.parse('2026-03-01T12:00:00.000Z');
  const coming: { at: number; dueAt: number }[] = [];
  for (let mails = 0; mails < 80; mails++) {
    const at = start + (mails % 4) * 233;
    const waitMs = (await takeTurn(table, 'hitl', at)) ?? Number.NaN;
    // Every tenth is received five seconds late.
    const slowMs = mails % 10 === 9 ? 5_000 : (mails * 37) % 400;
    coming.push({ at: at + Math.ceil(waitMs / 1_000) * 1_000 + slowMs, dueAt: at + waitMs });
  }
  const went: { at: number; dueAt: number }[] = [];
  for (let next = coming; next.length > 0; ) {
    const [first, ...rest] = next.toSorted((one, other) => one.at - other.at);
    if (!first) break;
    const isMailed = await takePlace(table, 'hitl', first.at);
    if (isMailed) went.push(first);
    next = isMailed ? rest : [...rest, { ...first, at: first.at + 1_000 }];
  }
  expect(went).toHaveLength(80);
  expect(mostInASecond(went.map(({ at }) => at))).toBeLessThanOrEqual(9);
  expect(Math.max(...went.map(({ at, dueAt }) => at - dueAt))).toBeLessThan(10_000);
}, 20_000);
