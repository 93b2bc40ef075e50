import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { env } from '../../lib/env.ts';
import type { Timer } from '../../lib/model.ts';
import { type Item, itemOf as storedAs } from '../../lib/store/items.ts';
import { keys, outboxKey } from '../../lib/store/keys.ts';
import { Gate, type Passing } from '../support/gate.ts';
import { newId, Service } from '../support/service.ts';
import { failed, type Handler, none, recordOf, sequenceNumber } from '../support/stream-records.ts';
import { GivenTimerQueue, refusingEntries, sqsError } from '../support/timer-queue.ts';

const ULID = '01KJMBM0G0ZZZZZZZZZZZZZZZZ';

let service: Service;
let dynamodb: Gate;
let timerQueue: GivenTimerQueue;
let handler: Handler;
const logged: string[] = [];

beforeAll(async () => {
  service = await Service.start();
  dynamodb = await Gate.before(inject('dynamodb'));
  timerQueue = await GivenTimerQueue.create();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: timerQueue.endpoint,
    [env.timerQueue]: timerQueue.url,
    [env.webhookQueue]: timerQueue.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
  });
  ({ handler } = await import('../../functions/queue-events.ts'));
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
  dynamodb.refuse = () => undefined;
  timerQueue.refuse = () => undefined;
  timerQueue.sent();
  await timerQueue.received();
});

afterAll(() => Promise.all([dynamodb.close(), timerQueue.close()]));

const queueEvents = (...Records: DynamoDBRecord[]) => handler({ Records }, { awsRequestId: 'request-1' });

const put = async (item: Item): Promise<Item> => {
  await service.table.client.send(new PutCommand({ TableName: service.table.name, Item: item }));
  return item;
};

const operation = ({ headers }: Passing): string => String(headers['x-amz-target']).split('.')[1] ?? '';

const timerIn = (atpId: string, seconds: number, deadline = 'acknowledgement'): Timer => ({
  atpId,
  deadline,
  dueAt: new Date(Date.now() + seconds * 1_000).toISOString(),
});

/** The line of a timeline that set off timers. */
const givenEvent = (atpId: string, ...timers: Timer[]): Promise<Item> => {
  const at = new Date().toISOString();
  const value = { at, role: '@pm', principal: 'pm-1', action: 'direct', notes: 'BODY-OF-IT' } as const;
  return put(storedAs({ kind: 'event', atpId, ulid: ULID, value, timers }));
};

/** As it lies in the table now. */
const again = async ({ pk, sk }: Item): Promise<Item | undefined> =>
  (await service.items(pk.slice('ATP#'.length))).find((item) => item.sk === sk);

describe('given an event that set off timers', () => {
  test('when its record arrives, then each timer waits for its time, and the event is out of the outbox', async () => {
    const atpId = newId();
    const [soon, far, past] = [timerIn(atpId, 30), timerIn(atpId, 3_600, 'fix'), timerIn(atpId, -5, 'obligation')];
    const event = await givenEvent(atpId, soon, far, past);

    expect(await queueEvents(recordOf(event))).toEqual(none);

    const sent = timerQueue.sent();
    expect(sent.map(({ timer }) => timer)).toEqual([soon, far, past]);
    expect(sent[0]?.delaySeconds).toBeGreaterThan(20);
    expect(sent.slice(1).map(({ delaySeconds }) => delaySeconds)).toEqual([900, 0]);
    expect(await timerQueue.received()).toEqual([past]);
    const { outbox: _, ...rest } = event;
    expect(await again(event)).toEqual(rest);
    expect(logged.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ msg: 'queued', pk: event.pk })]);
    expect(logged.join()).not.toContain('BODY-OF-IT');
  });

  test('when it has more than a batch takes, then all are queued', async () => {
    const atpId = newId();
    const timers = Array.from({ length: 23 }, (_, position) => timerIn(atpId, 60 + position));
    expect(await queueEvents(recordOf(await givenEvent(atpId, ...timers)))).toEqual(none);
    expect(timerQueue.sent().map(({ timer }) => timer)).toEqual(timers);
  });

  test('when its record comes again, then nothing is queued', async () => {
    const atpId = newId();
    const event = await givenEvent(atpId, timerIn(atpId, 60));
    await queueEvents(recordOf(event));
    timerQueue.sent();
    expect(await queueEvents(recordOf(event))).toEqual(none);
    expect(timerQueue.sent()).toEqual([]);
  });

  test('when SQS refuses it, by itself or its batch, then it is tried again and stays in the outbox', async () => {
    const atpId = newId();
    const event = await givenEvent(atpId, timerIn(atpId, 60));
    const record = recordOf(event);
    timerQueue.refuse = () => sqsError(403, 'AccessDeniedException');
    expect(await queueEvents(record)).toEqual(failed(record));
    timerQueue.refuse = (passing) => refusingEntries(passing, atpId);
    expect(await queueEvents(record)).toEqual(failed(record));
    expect((await again(event))?.outbox).toBe(event.outbox);

    timerQueue.refuse = () => undefined;
    expect(await queueEvents(record)).toEqual(none);
    expect(timerQueue.sent()).toHaveLength(1);
  });

  test('when it names what is no timer, then it is given up, with a line in the log', async () => {
    const atpId = newId();
    const event = await givenEvent(atpId, { ...timerIn(atpId, 60), dueAt: 'soon' });
    expect(await queueEvents(recordOf(event))).toEqual(none);
    expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({ level: 'error', pk: event.pk, sk: event.sk });
    expect((await again(event))?.outbox).toBe(event.outbox);
  });
});

describe('given several events in one batch', () => {
  test('when SQS refuses one request of theirs, then what the other held is queued, and the first refused event reported', async () => {
    const atpId = newId();
    const fills = Array.from({ length: 10 }, () => timerIn(atpId, 60));
    const [filling, ...refused] = [
      recordOf(await givenEvent(atpId, ...fills)),
      recordOf(await givenEvent(newId(), timerIn('AT-refused', 60))),
      recordOf(await givenEvent(newId(), timerIn('AT-refused', 60))),
    ] as const;
    timerQueue.refuse = (passing) => refusingEntries(passing, 'AT-refused');
    expect(await queueEvents(filling, ...refused)).toEqual(failed(refused[0]));
    expect(timerQueue.sent().map(({ timer }) => timer)).toEqual(fills);
    const lines = logged.map((line) => JSON.parse(line).msg);
    expect(lines).toEqual(['queued', ...refused.map(() => 'not handed over, will be tried again')]);
  });

  test('when one is no event, then it is given up alone, with a line in the log', async () => {
    const stray = await put({ ...keys.event(newId(), ULID), outbox: outboxKey(0), notes: 'BODY-OF-IT' });
    const record = recordOf(stray);
    const event = await givenEvent(newId(), timerIn('AT-1', 60));
    expect(await queueEvents(record, recordOf(event))).toEqual(none);
    expect(timerQueue.sent()).toHaveLength(1);
    const [line] = logged.map((each) => JSON.parse(each)).filter(({ level }) => level === 'error');
    expect(line).toMatchObject({ sequenceNumber: sequenceNumber(record), pk: stray.pk, sk: stray.sk });
    expect(logged.join()).not.toContain('BODY-OF-IT');
    expect((await again(stray))?.outbox).toBe(stray.outbox);
  });

  test('when one is gone meanwhile, then it is passed over', async () => {
    const event = await givenEvent(newId(), timerIn('AT-1', 60));
    const { pk, sk } = event;
    await service.table.client.send(new DeleteCommand({ TableName: service.table.name, Key: { pk, sk } }));
    expect(await queueEvents(recordOf(event))).toEqual(none);
    expect(timerQueue.sent()).toEqual([]);
  });
});

describe('given an event that webhooks are told of', () => {
  const givenTold = (atpId: string, ...timers: Timer[]): Promise<Item> => {
    const value = { at: new Date().toISOString(), role: '@pm', principal: 'pm-1', action: 'start' } as const;
    const set = timers.length > 0 && { timers };
    return put(storedAs({ kind: 'event', atpId, ulid: ULID, value, ...set, webhook: 'atp.opened' }));
  };

  test('when its record arrives, then its key is queued with its timers, and it is out of the outbox', async () => {
    const atpId = newId();
    const timer = timerIn(atpId, -1);
    const event = await givenTold(atpId, timer);
    expect(await queueEvents(recordOf(event))).toEqual(none);
    const told = { kind: 'event', atpId, ulid: ULID, type: 'atp.opened' };
    expect(await timerQueue.received()).toEqual(expect.arrayContaining([timer, told]));
    const { outbox: _, ...rest } = event;
    expect(await again(event)).toEqual(rest);
  });

  test('when its record comes again, then nothing is queued', async () => {
    const event = await givenTold(newId());
    await queueEvents(recordOf(event));
    expect(await timerQueue.received()).toHaveLength(1);
    expect(await queueEvents(recordOf(event))).toEqual(none);
    expect(await timerQueue.received()).toEqual([]);
  });

  test('when it is none of those that are told, then it is given up, with a line in the log', async () => {
    const event = await givenTold(newId());
    await put({ ...event, webhook: 'atp.died' });
    expect(await queueEvents(recordOf(event))).toEqual(none);
    expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({ level: 'error', pk: event.pk, sk: event.sk });
    expect((await again(event))?.outbox).toBe(event.outbox);
  });

  test('when it is marked too late, then it is queued once more: its receivers know it again', async () => {
    const record = recordOf(await givenTold(newId()));
    dynamodb.refuse = (passing) => (operation(passing) === 'UpdateItem' ? 'hang up' : undefined);
    expect(await queueEvents(record)).toEqual(failed(record));
    dynamodb.refuse = () => undefined;
    expect(await queueEvents(record)).toEqual(none);
    const [first, second] = await timerQueue.received();
    expect(second).toEqual(first);
  });
});
