import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { env } from '../../lib/env.ts';
import type { Timer } from '../../lib/model.ts';
import { Gate } from '../support/gate.ts';
import { newId, Service } from '../support/service.ts';
import { GivenTimerQueue, refusingEntries, sqsError } from '../support/timer-queue.ts';

type Record = SQSEvent['Records'][number];
type Handler = (event: SQSEvent, context: { awsRequestId: string }) => Promise<SQSBatchResponse>;

let queue: GivenTimerQueue;
let dynamodb: Gate;
let handler: Handler;
const logged: string[] = [];

beforeAll(async () => {
  await Service.start();
  queue = await GivenTimerQueue.create();
  dynamodb = await Gate.before(inject('dynamodb'));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_SQS: queue.endpoint,
    [env.timerQueue]: queue.url,
    [env.digestInterval]: '10',
    [env.publicUrl]: 'https://board.example.com',
    [env.decisionUrl]: 'https://board.example.com/decision',
    [env.decisionKey]: '/HotfixControlPlane/decisions/signing-key',
    [env.directivesTopic]: 'arn:aws:sns:us-east-1:000000000000:none',
    [env.hitlTopic]: 'arn:aws:sns:us-east-1:000000000000:none',
  });
  ({ handler } = await import('../../functions/timer.ts'));
});

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  logged.length = 0;
  queue.refuse = () => undefined;
  queue.sent();
  dynamodb.refuse = () => undefined;
});

afterAll(() => Promise.all([queue.close(), dynamodb.close()]));

const lines = () => logged.map((line) => JSON.parse(line));
const recordOf = (body: string): Record => ({ messageId: crypto.randomUUID(), body }) as Record;
const timerIn = (seconds: number): Timer => ({
  atpId: newId(),
  deadline: 'acknowledgement',
  dueAt: new Date(Date.now() + seconds * 1_000).toISOString(),
});
const received = (timer: Timer): Record => recordOf(JSON.stringify(timer));
const workOff = (...Records: Record[]) => handler({ Records }, { awsRequestId: 'request-1' });
const failed = (...records: Record[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('given timers that are not due yet', () => {
  test('when they are received, then each waits on for what is left, 15 minutes at most, in one request', async () => {
    const timers = [timerIn(30), timerIn(172_800)];
    expect(await workOff(...timers.map(received))).toEqual(failed());
    const sent = queue.sent();
    expect(sent.map(({ timer }) => timer)).toEqual(timers);
    expect(sent[0]?.delaySeconds).toBeGreaterThan(25);
    expect(sent[0]?.delaySeconds).toBeLessThanOrEqual(30);
    expect(sent[1]?.delaySeconds).toBe(900);
    expect(await queue.delayed()).toBe(2);
  });

  test('when SQS does not answer, then they come again', async () => {
    queue.refuse = () => sqsError(403, 'AccessDeniedException');
    const records = [received(timerIn(30)), received(timerIn(60))];
    expect(await workOff(...records)).toEqual(failed(...records));
  });

  test('when SQS refuses them one by one, then they come again', async () => {
    const record = received(timerIn(30));
    queue.refuse = (passing) => refusingEntries(passing, 'acknowledgement');
    expect(await workOff(record)).toEqual(failed(record));
    expect(lines()).toEqual([expect.objectContaining({ level: 'error', queueMessageId: record.messageId })]);
  });
});

describe('given a timer that is due', () => {
  test('when its ATP is not there, then it is done with, and nothing is sent', async () => {
    const timer = timerIn(-1);
    expect(await workOff(received(timer))).toEqual(failed());
    expect(lines()).toEqual([
      { level: 'info', msg: 'nothing was due any more', requestId: 'request-1', ...timer, lateMs: expect.any(Number) },
    ]);
    expect(queue.sent()).toEqual([]);
  });

  test('when the table does not answer, then it comes again, and what is not due waits on all the same', async () => {
    dynamodb.refuse = () => 'hang up';
    const [due, early] = [received(timerIn(-1)), received(timerIn(60))];
    expect(await workOff(due, early)).toEqual(failed(due));
    expect(queue.sent()).toHaveLength(1);
  });
});

test('given one that fails among others, when the batch is received, then only that comes again', async () => {
  const [broken, gone] = [timerIn(-1), timerIn(-1)];
  dynamodb.refuse = ({ body }) => (body.includes(broken.atpId) ? 'hang up' : undefined);
  const record = received(broken);
  expect(await workOff(received(gone), record, received(timerIn(60)))).toEqual(failed(record));
  expect(lines()).toContainEqual(expect.objectContaining({ msg: 'nothing was due any more', atpId: gone.atpId }));
  expect(queue.sent()).toHaveLength(1);
});

describe('given a body that is no timer', () => {
  test.each([
    'no JSON',
    'null',
    '[]',
    '{}',
    '{"atpId":"AT-1","deadline":"fix"}',
    '{"atpId":"","deadline":"fix","dueAt":"2026-03-01T12:00:00.000Z"}',
    '{"atpId":"AT-1","deadline":7,"dueAt":"2026-03-01T12:00:00.000Z"}',
    '{"atpId":"AT-1","deadline":"fix","dueAt":"soon"}',
  ])('%s: it fails, so that it becomes a dead letter, and holds up no other', async (body) => {
    const record = recordOf(body);
    expect(await workOff(record, received(timerIn(60)))).toEqual(failed(record));
    expect(queue.sent()).toHaveLength(1);
  });
});
