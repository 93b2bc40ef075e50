import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, inTurn, refused, torn, unprocessed, upon } from '../support/disturbances.ts';
import { type Disturbance, EngineProxy } from '../support/engine-proxy.ts';
import { quietly } from '../support/quietly.ts';
import { Given, newId, Service } from '../support/service.ts';

let service: Service;
let proxy: EngineProxy;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  proxy = await EngineProxy.interpose();
  given = new Given(service);
});
beforeEach(() => {
  proxy.forget();
  // Waits between attempts are drawn at random, here and in the SDK: these draws wait not at all.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(() => proxy.stop());

/** A call that writes nothing else's records: it starts a hotfix. */
const start = (atpId: string) => service.call('pm-1', 'atp_set', { atpId, status: 'InProgress' });
const effectsOn = async (atpId: string) => (await service.items(atpId)).map(({ sk }) => sk.split('#')[0]).sort();

const write = 'TransactWriteItems';
const read = 'BatchGetItem';
const proxyError = async () => ({ status: 503, body: '<html><h1>503 Service Unavailable</h1></html>' });

/** A write is planned again so often at most (lib/writing-tool.ts); the SDK tries a request three times. */
const PLANS = 60;

/** What passes by itself, and how many requests of its kind it takes at most while it does not. */
const passing: [title: string, operation: string, disturbance: Disturbance, bound: number][] = [
  ['every write meets another transaction', write, cancelled(() => 'TransactionConflict'), PLANS],
  ['one write meets another transaction', write, cancelled((at) => (at === 0 ? 'TransactionConflict' : 'None')), PLANS],
  ['one write is throttled', write, cancelled((at) => (at === 1 ? 'ThrottlingError' : 'None')), PLANS],
  ['one write exceeds its partition', write, cancelled(() => 'ProvisionedThroughputExceeded'), PLANS],
  ['the transaction is in progress', write, refused('TransactionInProgressException'), 3],
  ['writes are throttled', write, refused('ThrottlingException'), 3],
  ['writes exceed the throughput', write, refused('ProvisionedThroughputExceededException'), 3],
  ['the account exceeds its limit', write, refused('RequestLimitExceeded'), 3],
  ['the write ends in an internal error', write, refused('InternalServerError', 500), 3],
  ['the write is answered by a proxy', write, proxyError, 3],
  ['the connection breaks before the write', write, torn.before, 3],
  ['the connection breaks in the middle of the answer to the write', write, torn.amid, 3],
  ['reads are throttled', read, refused('ThrottlingException'), 3],
  ['the read ends in an internal error', read, refused('InternalServerError', 500), 3],
  ['the connection breaks before the read', read, torn.before, 3],
  ['the connection breaks in the middle of the answer to the read', read, torn.amid, 3],
  ['all keys are left unprocessed', read, unprocessed(), 6],
];

describe.each(passing)('given that %s', (_, operation, disturbance, bound) => {
  it('when it happens once, then the call has its one effect', async () => {
    const atpId = newId();
    proxy.disturb = upon(operation, disturbance, 1);
    expect(await start(atpId)).toMatchObject({ status: 200, body: { atp: { atpId } } });
    expect(await effectsOn(atpId)).toEqual(['ATP', 'EVENT']);
    expect(proxy.count(operation)).toBe(2);
  });

  it(`when it does not pass, then ${bound} requests at most end in UNAVAILABLE`, async () => {
    const atpId = newId();
    proxy.disturb = upon(operation, disturbance);
    const answer = await quietly(() => start(atpId));
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, headers: { 'retry-after': '1' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/dynamo|exception|transaction|by the test|html/i);
    expect(proxy.count(operation)).toBeLessThanOrEqual(bound);
    expect(proxy.count(operation)).toBeGreaterThan(1);
  });
});

describe('given a table that leaves some keys of a read unprocessed', () => {
  it('when the rest comes at the second request, then the call asked only for that', async () => {
    const atpId = newId();
    proxy.disturb = upon(read, unprocessed(1), 1);
    expect(await start(atpId)).toMatchObject({ status: 200 });
    const asked = proxy.requests
      .filter(({ operation }) => operation === read)
      .map(({ input }) => Object.values(input.RequestItems as Record<string, { Keys: unknown[] }>)[0]?.Keys.length);
    expect(asked).toEqual([1, 1]);
  });

  it.each([1, 2, 3])('when each request brings %i more keys, then the call has its effect', async (each) => {
    const messageId = (await given.directed()).messageId;
    proxy.forget();
    proxy.disturb = inTurn(read, unprocessed(each), unprocessed(each));
    expect(await service.call('dev-1', 'message_ack', { messageId })).toMatchObject({ status: 200 });
  });
});

describe('given calls that only read, when what they ask is refused without end, then they end in UNAVAILABLE', () => {
  it.each([
    ['atp_get', 'Query', () => ({ atpId: 'AT-read' })],
    ['atp_list', 'Query', () => ({})],
    ['message_list', 'Query', () => ({})],
    ['artifact_get', read, () => ({ artifactId: 'art_AT-read_01J0000000000000000000000A' })],
    ['flow_get', read, () => ({ type: 'hotfix' })],
  ] as const)('%s', async (tool, operation, input) => {
    if (tool === 'atp_get') await given.started('AT-read');
    proxy.forget();
    proxy.disturb = upon(operation, refused('ThrottlingException'));
    expect(await quietly(() => service.call('pm-1', tool, input()))).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE' },
      headers: { 'retry-after': '1' },
    });
  });
});
