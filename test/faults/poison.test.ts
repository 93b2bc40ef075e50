import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsService, type RunningStack, startStack } from '../../infra/local/start.ts';
import { loadTemplate, resourcesOf } from '../../infra/local/template.ts';
import { keys, outboxKey } from '../../lib/store/keys.ts';
import { alteredAssembly } from '../support/altered-assembly.ts';
import { soon } from '../support/deadlines.ts';
import { drained, drainedIds } from '../support/drained.ts';
import { snsError } from '../support/gate.ts';
import { Given, Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';
import { answering } from './kinds.ts';
import { messagingOperation, Road } from './road.ts';

const POISON = 'AT-poison';
/** In place of a thousand attempts within an hour. */
const ATTEMPTS = 2;
const SOON = 1;

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const directory = temporary();
const data = join(directory, 'data');

let road: Road;
let stack: RunningStack;
let service: Service;
let given: Given;
let deadLetters: string;

/** SNS and SQS answer 500 to whatever is of this ATP. */
const refusePoison = (): void => {
  const refuse = answering(snsError(500, 'InternalError'));
  road.happen = async ({ operation, body }, forward) => {
    const sends = operation === 'Publish' || operation.startsWith('SendMessage');
    // What is told of dead letters names none.
    return sends && body.toString().includes(POISON) ? refuse() : forward();
  };
};

beforeAll(async () => {
  mkdirSync(data);
  const assembly = alteredAssembly(join(directory, 'assembly'), ({ Type, Properties }) => {
    if (Type === 'AWS::Lambda::EventSourceMapping' && Properties?.MaximumRetryAttempts !== undefined)
      Properties.MaximumRetryAttempts = ATTEMPTS;
  });
  const before = async (endpoint: string, service: AwsService): Promise<string> => {
    if (service !== 'messaging') return endpoint;
    road = await Road.to(endpoint, { operationOf: messagingOperation });
    return road.url;
  };
  const timeouts = { acknowledgement: SOON };
  stack = await startStack({ assembly, data, port: 0, timeouts, before });
  service = await Service.behind(stack);
  given = new Given(service);
  const queues = resourcesOf(loadTemplate(assembly), 'AWS::SQS::Queue').map(([logicalId]) => logicalId);
  const own = queues.find((logicalId) => logicalId.startsWith('OutboxDeadLetters'));
  deadLetters = stack.sqs.queues.hitl.replace(/[^/]+$/, own ?? '');
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await road?.close();
});

const redrive = async (): Promise<{ out: string; status: number }> => {
  const args = [join(root, 'infra/redrive.ts'), '--data', data, '--older-than', '0'];
  try {
    return { out: (await run(process.execPath, args)).stdout, status: 0 };
  } catch (error) {
    const { stdout, code } = error as { stdout: string; code: number };
    return { out: stdout, status: code };
  }
};

const escalationsOf = async (atpId: string): Promise<number> => {
  const { timeline } = await service.done('pm-1', 'atp_get', { atpId });
  return timeline.filter(({ action }: { action: string }) => action === 'escalate').length;
};

describe('given records of the stream that cannot be handed over', () => {
  test('when they are given up, then they are dead letters, block nothing, and one command hands them over', async () => {
    const told: string[] = [];
    const tellAll = async () => told.push(...(await drainedIds(stack.sqs.endpoint, stack.sqs.queues.directives)));
    refusePoison();
    const before = (await given.directed('AT-before')).messageId;
    const poison = (await given.directed(POISON)).messageId;
    const after = (await given.directed('AT-after')).messageId;

    // Of the notice one, of the events with timers one each: the start and the directive.
    const letters: { requestContext: object }[] = [];
    await soon(async () => {
      letters.push(...(await drained(stack.sqs.endpoint, deadLetters)).map((body) => JSON.parse(body)));
      return letters.length >= 3;
    });
    await soon(async () => (await tellAll()) >= 2);
    expect(told.toSorted()).toEqual([before, after].toSorted());
    for (const letter of letters) expect(letter.requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted' });
    for (const atpId of ['AT-before', 'AT-after']) await soon(async () => (await escalationsOf(atpId)) > 0);
    expect(await escalationsOf(POISON)).toBe(0);
    expect(await redrive()).toMatchObject({ status: 1, out: expect.stringMatching(/\b3 failed\.$/m) });

    road.happen = undefined;
    const { out, status } = await redrive();
    expect(out).toMatch(new RegExp(`^published {2}${poison} `, 'm'));
    expect(out).toMatch(/^\d+ published, \d+ queued, \d+ passed, 0 failed\.$/m);
    expect(status).toBe(0);
    await soon(async () => {
      await tellAll();
      return told.includes(poison);
    });
    expect(told.toSorted()).toEqual([before, poison, after].toSorted());
    await soon(async () => (await escalationsOf(POISON)) > 0);
  });

  test('when an item is no message at all, then it holds up no other, and redrive names it until it is taken out', async () => {
    const { client, name: TableName } = service.table;
    const Key = keys.message({ atpId: 'AT-broken', ulid: '0'.repeat(26) });
    const broken = { ...Key, messageType: 'Directive', outbox: outboxKey(0), sentAt: '2026-01-01T00:00:00.000Z' };
    await client.send(new PutCommand({ TableName, Item: broken }));
    const { messageId } = await given.directed('AT-beside');
    await soon(async () => (await drainedIds(stack.sqs.endpoint, stack.sqs.queues.directives)).includes(messageId));
    const failed = /^FAILED {5}ATP#AT-broken MESSAGE#0{26} .*: the item names no message and no ATP$/m;
    expect(await redrive()).toMatchObject({ status: 1, out: expect.stringMatching(failed) });
    await client.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE outbox' }));
    expect(await redrive()).toMatchObject({ status: 0 });
    expect((await client.send(new GetCommand({ TableName, Key }))).Item).toBeDefined();
  });
});
