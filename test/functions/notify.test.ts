import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { env } from '../../lib/env.ts';
import { messageParts } from '../../lib/ids.ts';
import type { Item } from '../../lib/store/items.ts';
import { keys, outboxKey, shardOf } from '../../lib/store/keys.ts';
import { metricsIn } from '../support/emf.ts';
import { dynamodbError, Gate, type Passing, type Refusal, snsError } from '../support/gate.ts';
import { Given, newId, Service } from '../support/service.ts';
import { failed, type Handler, none, recordOf, sequenceNumber } from '../support/stream-records.ts';
import { GivenTimerQueue } from '../support/timer-queue.ts';
import { Topic } from '../support/topics.ts';

let service: Service;
let given: Given;
let directives: Topic;
let hitl: Topic;
let sns: Gate;
let dynamodb: Gate;
let timerQueue: GivenTimerQueue;
let handler: Handler;
const logged: string[] = [];

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  [directives, hitl] = await Promise.all([Topic.create(), Topic.create()]);
  sns = await Gate.before(inject('fauxqs'));
  dynamodb = await Gate.before(inject('dynamodb'));
  timerQueue = await GivenTimerQueue.create();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: timerQueue.endpoint,
    [env.timerQueue]: timerQueue.url,
    [env.digestInterval]: '10',
    [env.publicUrl]: 'https://board.example.com',
    [env.decisionUrl]: 'https://board.example.com/decision',
    [env.decisionKey]: '/HotfixControlPlane/decisions/signing-key',
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    [env.directivesTopic]: directives.arn,
    [env.hitlTopic]: hitl.arn,
  });
  ({ handler } = await import('../../functions/notify.ts'));
});

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  logged.length = 0;
  sns.refuse = () => undefined;
  dynamodb.refuse = () => undefined;
  timerQueue.refuse = () => undefined;
  timerQueue.sent();
  await Promise.all([directives.received(), hitl.received(), timerQueue.received()]);
});

afterAll(() => Promise.all([sns.close(), dynamodb.close(), timerQueue.close()]));

const notify = (...Records: DynamoDBRecord[]) => handler({ Records }, { awsRequestId: 'request-1' });

const itemOf = async (messageId: string): Promise<Item> => {
  const key = keys.message(messageParts(messageId) ?? { atpId: '', ulid: '' });
  const found = (await service.items(messageId.slice('msg_'.length, -27))).find(({ sk }) => sk === key.sk);
  if (!found) throw new Error(`no item of ${messageId}`);
  return found;
};

const givenDirective = async (): Promise<Item> => itemOf((await given.directed()).messageId);

const givenEscalation = async (said: { subject?: string; body?: string } = {}): Promise<Item> => {
  const letter = { atpId: await given.started(), toAgent: '@operator', messageType: 'Escalation' };
  const sent = await service.done('dev-1', 'message_send', { ...letter, subject: 'Help', body: 'BODY-OF-IT', ...said });
  return itemOf(sent.message.messageId);
};

const put = async (item: Item): Promise<Item> => {
  await service.table.client.send(new PutCommand({ TableName: service.table.name, Item: item }));
  return item;
};

const eventIds = async (topic: Topic): Promise<(string | undefined)[]> =>
  (await topic.received()).map(({ attributes }) => attributes.eventId);
const eventIdOf = ({ messageId }: Item): string => `evt_${messageId}`;

const isPublish = ({ body }: Passing): boolean => body.includes('Action=Publish');
const to = (topic: Topic, { body }: Passing): boolean => new URLSearchParams(body).get('TopicArn') === topic.arn;
const isMark = (passing: Passing): boolean =>
  operation(passing) === 'UpdateItem' && passing.body.includes('publishedAt');
const operation = ({ headers }: Passing): string => String(headers['x-amz-target']).split('.')[1] ?? '';

describe('given messages written by the tools', () => {
  test('when their records arrive, then each is published to its topic and marked', async () => {
    const [directive, escalation] = [await givenDirective(), await givenEscalation()];

    expect(await notify(recordOf(directive), recordOf(escalation))).toEqual(none);

    const [toMachines] = await directives.received();
    expect(toMachines).toMatchObject({
      subject: `[P0] HOTFIX ${directive.atpId}: Fix it`,
      attributes: {
        atpId: directive.atpId,
        messageId: directive.messageId,
        messageType: 'Directive',
        priority: 'P0-Critical',
        toRole: '@dev',
        eventId: eventIdOf(directive),
      },
    });
    expect(JSON.parse(toMachines?.texts.default ?? '')).toMatchObject({
      eventId: eventIdOf(directive),
      message: { messageId: directive.messageId, body: 'Checkout answers 500.' },
      atp: { atpId: directive.atpId, status: 'InProgress', title: 'Checkout answers 500' },
    });
    const [toPeople, ...more] = await hitl.received();
    expect(more).toEqual([]);
    expect(toPeople?.texts.email).toContain('> BODY-OF-IT');
    expect(toPeople?.texts.sms).toContain('@dev escalates to you: "Help"');
    for (const { messageId } of [directive, escalation]) {
      const { atpId, outbox, publishedAt } = await itemOf(String(messageId));
      expect(outbox).not.toBe(outboxKey(shardOf(String(atpId))));
      expect(publishedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
  });

  test('when a record comes again, then nothing is published and the mark stays', async () => {
    const directive = await givenDirective();
    await notify(recordOf(directive));
    const { publishedAt } = await itemOf(String(directive.messageId));

    expect(await notify(recordOf(directive))).toEqual(none);

    expect(await eventIds(directives)).toEqual([eventIdOf(directive)]);
    expect((await itemOf(String(directive.messageId))).publishedAt).toBe(publishedAt);
  });

  test('when records of other changes arrive, then they are passed over', async () => {
    const directive = await givenDirective();
    const { outbox: _, ...unlisted } = directive;

    expect(
      await notify(recordOf(directive, 'MODIFY'), recordOf(directive, 'REMOVE'), recordOf(unlisted as Item)),
    ).toEqual(none);

    expect(await eventIds(directives)).toEqual([]);
    expect((await itemOf(String(directive.messageId))).outbox).toBe(directive.outbox);
  });

  test('when an acknowledgement is quicker than the notifier, then the notice says who took it', async () => {
    const directive = await givenDirective();
    await service.done('dev-2', 'message_ack', { messageId: directive.messageId });

    await notify(recordOf(directive));

    const [notice] = await directives.received();
    expect(notice?.texts.email).toMatch(/^Who has it {10}@dev \(dev-2\)$/m);
    expect((await itemOf(String(directive.messageId))).acknowledgedBy).toEqual({ role: '@dev', name: 'dev-2' });
  });

  test('then no line of the log holds what was written', async () => {
    const record = recordOf(await givenEscalation());
    logged.length = 0;
    await notify(record);
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'info', msg: 'published', requestId: 'request-1' }),
    ]);
    expect(logged.join()).not.toContain('BODY-OF-IT');
  });

  test.each([
    [30_000, 0],
    [61_000, 1],
  ])('when one goes out %i ms after it was written, then it counts %i as late', async (age, late) => {
    const item = await givenDirective();
    const record = recordOf(await put({ ...item, sentAt: new Date(Date.now() - age).toISOString() }));
    logged.length = 0;
    await notify(record);
    const measured = metricsIn(JSON.parse(logged[0] ?? ''));
    expect(measured).toEqual({ 'NoticesPublished{}': 1, 'NoticesLate{}': late, 'NoticeAge{}': expect.any(Number) });
    expect(measured['NoticeAge{}']).toBeGreaterThanOrEqual(age);
    // It is published already.
    await notify(record);
    expect(logged).toHaveLength(2);
    expect(metricsIn(JSON.parse(logged[1] ?? ''))).toEqual({});
  });

  test('when it is of a drill, then it is published, and not counted', async () => {
    const record = recordOf(await put({ ...(await givenDirective()), drill: true }));
    logged.length = 0;
    await notify(record);
    expect(JSON.parse(logged[0] ?? '').msg).toBe('published');
    expect(metricsIn(JSON.parse(logged[0] ?? ''))).toEqual({});
  });
});

describe('given that SNS refuses one topic', () => {
  test('then the other is served, the first refused record is reported, and only what is missing follows', async () => {
    const first = await givenDirective();
    const refused = await givenEscalation();
    const last = await givenDirective();
    const [one, two, three] = [first, refused, last].map((item) => recordOf(item)) as [
      DynamoDBRecord,
      DynamoDBRecord,
      DynamoDBRecord,
    ];
    sns.refuse = (passing) =>
      isPublish(passing) && to(hitl, passing) ? snsError(403, 'AuthorizationError') : undefined;

    expect(await notify(one, two, three)).toEqual(failed(two));
    expect((await eventIds(directives)).sort()).toEqual([first, last].map(eventIdOf).sort());
    expect(await eventIds(hitl)).toEqual([]);
    expect((await itemOf(String(refused.messageId))).outbox).toBe(refused.outbox);

    sns.refuse = () => undefined;
    expect(await notify(two, three)).toEqual(none);
    expect(await eventIds(hitl)).toEqual([eventIdOf(refused)]);
    expect(await eventIds(directives)).toEqual([]);
  });
});

test('given that SNS refuses all, when a batch arrives, then its first record is reported', async () => {
  const records = [
    recordOf(await givenDirective()),
    recordOf(await givenEscalation()),
    recordOf(await givenDirective()),
  ];
  sns.refuse = (passing) => (isPublish(passing) ? snsError(404, 'NotFound') : undefined);
  expect(await notify(...records)).toEqual(failed(records[0]));
});

describe('what SNS answers decides', () => {
  const refusals: [string, Refusal][] = [
    ['throttling', snsError(429, 'Throttled', 'Rate exceeded')],
    ['an internal error', snsError(500, 'InternalError')],
    ['a gateway without words', { status: 503, body: '' }],
    ['no answer', 'hang up'],
    ['a topic that is gone', snsError(404, 'NotFound')],
    ['a permission that is missing', snsError(403, 'AuthorizationError')],
    ['a key that is disabled', snsError(400, 'KMSDisabled')],
    [
      'a text refused, also without what agents wrote',
      snsError(400, 'InvalidParameter', 'Invalid parameter: TopicArn'),
    ],
  ];

  test.each(refusals)('%s: tried again', async (_, refusal) => {
    const record = recordOf(await givenDirective());
    sns.refuse = (passing) => (isPublish(passing) ? refusal : undefined);
    expect(await notify(record)).toEqual(failed(record));
    expect(await eventIds(directives)).toEqual([]);

    sns.refuse = () => undefined;
    expect(await notify(record)).toEqual(none);
    expect(await eventIds(directives)).toHaveLength(1);
  });

  test('a text refused: the notice goes out without it', async () => {
    const directive = await givenDirective();
    sns.refuse = (passing) =>
      isPublish(passing) && passing.body.includes('Checkout')
        ? snsError(400, 'InvalidParameter', 'too long')
        : undefined;

    expect(await notify(recordOf(directive))).toEqual(none);

    const [notice, ...more] = await directives.received();
    expect(more).toEqual([]);
    expect(notice?.attributes.eventId).toBe(eventIdOf(directive));
    expect(notice?.texts.email).toContain(`POST /tools/message_ack {"messageId":"${directive.messageId}"}`);
    expect((await itemOf(String(directive.messageId))).publishedAt).toBeDefined();
  });
});

describe('given a crash between publishing and marking', () => {
  test('then it is published once more with the same eventId, and marked once', async () => {
    const directive = await givenDirective();
    const record = recordOf(directive);
    dynamodb.refuse = (passing) => (isMark(passing) ? 'hang up' : undefined);
    expect(await notify(record)).toEqual(failed(record));

    dynamodb.refuse = () => undefined;
    expect(await notify(record)).toEqual(none);
    expect(await eventIds(directives)).toEqual([eventIdOf(directive), eventIdOf(directive)]);
    expect((await itemOf(String(directive.messageId))).outbox).not.toBe(directive.outbox);
  });

  test('given that another run marked it in between, then its mark stays', async () => {
    const directive = await givenDirective();
    const publishedAt = '2026-03-01T12:00:00.000Z';
    await put({ ...directive, publishedAt });
    expect(await notify(recordOf(directive))).toEqual(none);
    expect((await itemOf(String(directive.messageId))).publishedAt).toBe(publishedAt);
  });

  test('given that the item is held by a transaction, then marking waits for it', async () => {
    const directive = await givenDirective();
    let conflicts = 2;
    dynamodb.refuse = (passing) =>
      isMark(passing) && conflicts-- > 0 ? dynamodbError(400, 'TransactionConflictException') : undefined;

    expect(await notify(recordOf(directive))).toEqual(none);
    expect(await eventIds(directives)).toEqual([eventIdOf(directive)]);
    expect((await itemOf(String(directive.messageId))).outbox).not.toBe(directive.outbox);
  });

  test('given that the table does not answer, then nothing is published and the batch fails as a whole', async () => {
    const record = recordOf(await givenDirective());
    dynamodb.refuse = () => 'hang up';
    await expect(notify(record)).rejects.toThrow();
    expect(await eventIds(directives)).toEqual([]);
  });
});

describe('given an item that is no message as it should be', () => {
  test('when it has its ids, then its notice goes out without its text, and the others whole', async () => {
    const whole = await givenEscalation();
    const { brief: _, ...broken } = await givenEscalation();
    await put(broken as Item);

    expect(await notify(recordOf(broken as Item), recordOf(whole))).toEqual(none);

    const notices = await hitl.received();
    expect(notices).toHaveLength(2);
    const emailOf = (item: Item) =>
      notices.find(({ attributes }) => attributes.eventId === eventIdOf(item))?.texts.email;
    expect(emailOf(broken as Item)).toContain(`message ${broken.messageId}`);
    expect(emailOf(broken as Item)).not.toContain('BODY-OF-IT');
    expect(emailOf(whole)).toContain('BODY-OF-IT');
    expect(logged.join()).toContain('brief.title');
    expect(logged.join()).not.toContain('BODY-OF-IT');
  });

  test('when it names no message, then it fails alone, with a line in the log', async () => {
    const nameless = await put({
      ...keys.message({ atpId: newId(), ulid: '01KJMBM0G0ZZZZZZZZZZZZZZZZ' }),
      outbox: outboxKey(0),
      body: 'BODY-OF-IT',
      sentAt: '2026-03-01T12:00:00.000Z',
    });
    const escalation = await givenEscalation();
    const record = recordOf(nameless);

    expect(await notify(record, recordOf(escalation))).toEqual(none);

    expect(await eventIds(hitl)).toEqual([eventIdOf(escalation)]);
    const [line] = logged.map((each) => JSON.parse(each)).filter(({ level }) => level === 'error');
    expect(line).toMatchObject({ sequenceNumber: sequenceNumber(record), pk: nameless.pk, sk: nameless.sk });
    expect(logged.join()).not.toContain('BODY-OF-IT');
  });

  test('when the record has no key of the table, then it fails alone too', async () => {
    const record: DynamoDBRecord = {
      eventName: 'INSERT',
      dynamodb: { NewImage: { outbox: { S: 'x' } }, SequenceNumber: '7' },
    };
    expect(await notify(record)).toEqual(none);
    expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({ level: 'error', sequenceNumber: '7' });
  });
});
