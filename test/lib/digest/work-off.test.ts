import { SNSClient } from '@aws-sdk/client-sns';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { mailOwn } from '../../../lib/digest/mail-own.ts';
import { giveDigestTurnBack, takeDigestTurn, takeTurn } from '../../../lib/digest/turns.ts';
import { type Surroundings, workOffDigests } from '../../../lib/digest/work-off.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';
import { type FarOfMessages, publishMessages } from '../../../lib/outbox/messages.ts';
import type { Table } from '../../../lib/store/client.ts';
import { type Item, itemOf } from '../../../lib/store/items.ts';
import { keys } from '../../../lib/store/keys.ts';
import { readItems } from '../../../lib/store/read.ts';
import { openQueue } from '../../../lib/timer/queue.ts';
import { Gate, snsError } from '../../support/gate.ts';
import { createTable, engineEnvironment, tableAt } from '../../support/table.ts';
import { type Asked, GivenTimerQueue, sqsError } from '../../support/timer-queue.ts';
import { Topic } from '../../support/topics.ts';
import { givenDirective, givenEscalation } from '../notify/given.ts';

const INTERVAL = 10;
const START = Date.parse('2026-03-01T12:00:00.000Z');

let sns: Gate;
let dynamodb: Gate;
let timers: GivenTimerQueue;
/** Both of the operator's topic: what email and what machines get. */
let mail: Topic;
let directives: Topic;
let far: FarOfMessages;
let surroundings: Surroundings;
let table: Table;
let clock = START;

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
  [mail, directives] = await Promise.all([Topic.create('email'), Topic.create()]);
  const client = new SNSClient({ ...localAws, endpoint: sns.endpoint, maxAttempts: 1 });
  const topics = { sns: client, arns: { directives: directives.arn, hitl: mail.arn } };
  const queue = openQueue(timers.url);
  far = { table, topics, timers: queue, digestInterval: INTERVAL };
  clock = START;
  surroundings = { table, topics, queue, interval: INTERVAL, now: () => clock };
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
const written = async (atpId: string, make = givenEscalation, said: Partial<Outgoing> = {}): Promise<Item> => {
  const ulid = String(++made).padStart(26, '0');
  const { brief, ...message } = make({ ...said, atpId, messageId: `msg_${atpId}_${ulid}` });
  const item = itemOf({ kind: 'message', value: message, brief });
  await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
  return item;
};
/** Mails what its own email was asked for, each a second after the last: all have a place then. */
const ownMailed = async (): Promise<void> => {
  const start = Date.now();
  for (const [position, { due }] of timers.askedOwn().entries()) {
    const at = { ...surroundings, now: () => start + (position + 1) * 1_000 };
    expect(await mailOwn([{ messageId: '0', due }], at, 'request-1')).toEqual([]);
  }
};
/** So many messages of an ATP, handed over: the first two are mailed, the others owe their email. */
const handedOver = async (atpId: string, count: number): Promise<Item[]> => {
  const items: Item[] = [];
  for (let each = 0; each < count; each++) items.push(await written(atpId));
  expect((await publishMessages(far, items)).map(({ kind }) => kind)).toEqual(items.map(() => 'published'));
  await ownMailed();
  return items;
};
const idsOf = (items: readonly Item[]): string[] => items.map(({ messageId }) => String(messageId));
const now = async ({ pk, sk }: Item): Promise<Item | undefined> =>
  (await readItems(table, [{ pk, sk }])).get({ pk, sk });

type Mail = { digest?: string[]; message?: string };
/** What came by email since the last call: the messages of each digest, and those that were mailed by themselves. */
const mailed = async (): Promise<Mail[]> =>
  (await mail.received()).map(({ texts, attributes }) => {
    const { kind, messageIds } = JSON.parse(texts.default) as { kind?: string; messageIds?: string[] };
    return kind === 'digest' ? { digest: messageIds ?? [] } : { message: String(attributes.messageId) };
  });

const workOff = (asked: readonly Asked[]) =>
  workOffDigests(
    asked.map(({ due }, position) => ({ messageId: String(position), due })),
    surroundings,
    'request-1',
  );

describe('given five notices of one incident', () => {
  test('when they are handed over, then two are mailed, and each other asks for a digest in ten seconds', async () => {
    const items = await handedOver('AT-1', 5);
    expect((await mailed()).map(({ message }) => message).sort()).toEqual(idsOf(items.slice(0, 2)));
    const asked = timers.asked();
    expect(asked.map(({ delaySeconds }) => delaySeconds)).toEqual([10, 10, 10]);
    expect(asked.map(({ due }) => due.digest)).toEqual(['hitl', 'hitl', 'hitl']);
    expect(asked.flatMap(({ due }) => due.messageIds).sort()).toEqual(idsOf(items.slice(2)));
    for (const item of items) expect((await now(item))?.publishedAt).toBeDefined();
  });

  test('when their digest is due, then it brings the three, once, and what comes late finds nothing', async () => {
    const items = await handedOver('AT-1', 5);
    await mailed();
    const asked = timers.asked();
    expect(await workOff(asked.slice(0, 1))).toEqual([]);
    expect(await mailed()).toEqual([{ digest: idsOf(items.slice(2)) }]);
    for (const item of items.slice(2)) {
      const left = await now(item);
      expect([left?.outbox, left?.emailedAt]).toEqual([undefined, new Date(START).toISOString()]);
    }
    clock += 60_000;
    expect(await workOff(asked)).toEqual([]);
    expect(await mailed()).toEqual([]);
    expect(timers.asked()).toEqual([]);
  });

  test('when a message is acknowledged or replaced before the digest goes, then it is in it and says so', async () => {
    const first = await handedOver('AT-1', 2);
    const directive = await written('AT-1', givenDirective, { messageType: 'Directive' });
    await publishMessages(far, [directive]);
    const [asked] = timers.asked();
    expect(asked?.due.digest).toBe('directives');
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { pk: directive.pk, sk: directive.sk },
        UpdateExpression: 'SET supersededAt = :at',
        ExpressionAttributeValues: { ':at': '2026-03-01T12:00:05.000Z' },
      }),
    );
    far.topics.arns.directives = mail.arn;
    expect(await workOff(asked ? [asked] : [])).toEqual([]);
    const digests = (await mail.received()).filter(({ subject }) => subject.startsWith('Hotfix digest'));
    expect(digests).toHaveLength(1);
    expect(digests[0]?.texts.email).toContain('Nothing any more: at 2026-03-01 12:00:05 UTC a newer directive');
    expect(first).toHaveLength(2);
  });
});

describe('given more notices all the time', () => {
  test('when their digests are asked for, then one goes in ten seconds, of all that owe, and none is lost', async () => {
    const digests: { at: number; ids: string[] }[] = [];
    const owed: string[] = [];
    let waiting: { at: number; asked: Asked }[] = [];
    for (let second = 0; second < 45; second++) {
      clock = START + second * 1_000;
      if (second < 30) owed.push(...idsOf((await handedOver('AT-1', 1)).slice(second < 2 ? 1 : 0)));
      waiting.push(...timers.asked().map((asked) => ({ at: clock + asked.delaySeconds * 1_000, asked })));
      const { true: due = [], false: rest = [] } = Object.groupBy(waiting, ({ at }) => `${at <= clock}` as const);
      expect(await workOff(due.map(({ asked }) => asked))).toEqual([]);
      waiting = [...rest, ...timers.asked().map((asked) => ({ at: clock + asked.delaySeconds * 1_000, asked }))];
      for (const { digest } of await mailed()) if (digest) digests.push({ at: second, ids: digest });
    }
    expect(waiting).toEqual([]);
    expect(digests.flatMap(({ ids }) => ids)).toEqual(owed);
    expect(digests.map(({ at }) => at)).toEqual([12, 23, 34]);
  });

  test('when more owe than one digest takes, then the rest comes ten seconds later', async () => {
    const items = await handedOver('AT-1', 132);
    await mailed();
    const asked = timers.asked();
    expect(await workOff(asked)).toEqual([]);
    const [again, ...more] = timers.asked();
    expect(more).toEqual([]);
    expect(again?.delaySeconds).toBe(10);
    expect(again?.due.messageIds.toSorted()).toEqual(idsOf(items.slice(102)));
    clock += 10_000;
    expect(await workOff(again ? [again] : [])).toEqual([]);
    expect((await mailed()).map(({ digest }) => digest?.length)).toEqual([100, 30]);
  });
});

describe('given that a digest is due too early', () => {
  test('when it is worked off, then nothing is mailed, and it is asked for again for what is left of the interval', async () => {
    await handedOver('AT-1', 3);
    await workOff(timers.asked());
    await mailed();
    const [, , , late] = [...(await handedOver('AT-2', 3)), await written('AT-1')];
    expect(await publishMessages(far, [late])).toMatchObject([{ kind: 'published' }]);
    clock += 4_000;
    const asked = timers.asked();
    expect(await workOff(asked)).toEqual([]);
    expect((await mailed()).filter(({ digest }) => digest)).toEqual([]);
    const again = timers.asked();
    expect(again.map(({ delaySeconds }) => delaySeconds)).toEqual([6]);
    expect(again[0]?.due.messageIds).toEqual(asked.flatMap(({ due }) => due.messageIds));
  });

  test('when two are worked off at once, then one of them mails', async () => {
    await handedOver('AT-1', 6);
    await mailed();
    const asked = timers.asked();
    await Promise.all(asked.map((each) => workOff([each])));
    expect((await mailed()).filter(({ digest }) => digest)).toHaveLength(1);
  });
});

describe('given a failure on the way', () => {
  test('when SNS refuses the digest, then its request fails, and brings it once SNS takes it', async () => {
    const items = await handedOver('AT-1', 3);
    await mailed();
    const asked = timers.asked();
    sns.refuse = () => snsError(500, 'InternalError');
    expect(await workOff(asked)).toEqual(['0']);
    expect((await now(items[2] as Item))?.outbox).toMatch(/^EMAIL#hitl#\d$/);
    sns.refuse = () => undefined;
    clock += 168_000;
    expect(await workOff(asked)).toEqual([]);
    expect(await mailed()).toEqual([{ digest: idsOf(items.slice(2)) }]);
  });

  test('when SNS refuses its text, then it goes without what agents wrote', async () => {
    await handedOver('AT-1', 3);
    await mail.received();
    sns.refuse = ({ body }) => (body.includes('password') ? snsError(400, 'InvalidParameter', 'too long') : undefined);
    expect(await workOff(timers.asked())).toEqual([]);
    const [digest] = await mail.received();
    expect(digest?.texts.email).toContain('its text could not be put into this email');
  });

  test('when it is not marked, then its request fails, and its notices come again', async () => {
    const items = await handedOver('AT-1', 3);
    await mailed();
    const asked = timers.asked();
    dynamodb.refuse = ({ body }) => (body.includes('emailedAt') ? 'hang up' : undefined);
    expect(await workOff(asked)).toEqual(['0']);
    dynamodb.refuse = () => undefined;
    clock += 168_000;
    expect(await workOff(asked)).toEqual([]);
    expect(await mailed()).toEqual([{ digest: idsOf(items.slice(2)) }, { digest: idsOf(items.slice(2)) }]);
  });

  test('when nobody could ask for the digest, then the record fails, and comes again to do so, not to publish', async () => {
    await handedOver('AT-1', 2);
    const machines = await written('AT-1');
    timers.refuse = () => sqsError(403, 'AccessDeniedException');
    expect(await publishMessages(far, [machines])).toEqual([{ kind: 'retry', error: expect.any(Error) }]);
    timers.refuse = () => undefined;
    let published = 0;
    sns.refuse = () => {
      published++;
      return undefined;
    };
    expect(await publishMessages(far, [await now(machines)])).toEqual([{ kind: 'queued' }]);
    expect(timers.asked().map(({ due }) => due.messageIds)).toEqual([idsOf([machines])]);
    expect(published).toBe(0);
  });

  test('when a request was lost, then the next digest of the topic brings its message too', async () => {
    const items = await handedOver('AT-1', 4);
    await mailed();
    await workOff(timers.asked().slice(1));
    expect(await mailed()).toEqual([{ digest: idsOf(items.slice(2)) }]);
  });

  test('when a record comes again, then the ruling on it is the same', async () => {
    const items = [await written('AT-1'), await written('AT-1'), await written('AT-1')];
    dynamodb.refuse = ({ body }) => (body.includes('publishedAt') ? 'hang up' : undefined);
    await publishMessages(far, items);
    dynamodb.refuse = () => undefined;
    await mailed();
    await publishMessages(far, items.toReversed());
    await ownMailed();
    expect((await mailed()).map(({ message }) => message).sort()).toEqual(idsOf(items.slice(0, 2)));
    expect((await readItems(table, [keys.mailed('AT-1')])).get(keys.mailed('AT-1'))?.mailed).toEqual(
      idsOf(items.slice(0, 2)),
    );
  });
});

describe('given many incidents at once', () => {
  test('when notifiers take turns, then all together are 125 ms apart, ten seconds ahead at most', async () => {
    const turns = await Promise.all(Array.from({ length: 90 }, () => takeTurn(table, 'hitl', START)));
    const given = turns.filter((turn) => turn !== undefined).toSorted((one, other) => one - other);
    expect(given).toEqual(Array.from({ length: given.length }, (_, position) => position * 125));
    expect(given.length).toBe(81);
    expect(await takeTurn(table, 'directives', START)).toBe(0);
    expect(await takeTurn(table, 'hitl', START + 60_000)).toBe(0);
  }, 20_000);
});

describe('given a digest that is still on its way after the interval', () => {
  test('when another asks for the turn, then it waits until that is given back, or its function is surely dead', async () => {
    const take = (at: number) => takeDigestTurn(table, 'hitl', at, 10_000);
    expect(await take(START)).toBe(0);
    expect(await take(START + 4_000)).toBe(6_000);
    expect(await take(START + 12_000)).toBe(10_000);
    await giveDigestTurnBack(table, 'hitl', START);
    expect(await take(START + 12_000)).toBe(0);
    expect(await take(START + 41_000)).toBe(10_000);
    expect(await take(START + 42_000)).toBe(0);
  });
});
