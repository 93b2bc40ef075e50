import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requestTimeouts } from '../../lib/request-timeouts.ts';
import { upon } from '../support/disturbances.ts';
import type { Disturbance } from '../support/engine-proxy.ts';
import { Overtaken } from '../support/overtaken.ts';
import { quietly } from '../support/quietly.ts';
import { newId } from '../support/service.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
  // loads the handler: its modules are not to be loaded under a clock that stands still
  await world.given.started();
});
afterAll(() => world.stop());

/** How many requests were left without an answer. */
let silences = 0;
const silent: Disturbance = async () => {
  silences += 1;
  return 'silent';
};
const silentAfter: Disturbance = async (request, forward) => {
  await forward();
  return silent(request, forward);
};

/** Longer than any wait between two attempts of the SDK. */
const WAIT_MS = 1_000;

/** The call, while this process's clock runs ahead each time a request is left without an answer. */
const impatient = async <T>(call: () => Promise<T>): Promise<T> => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let seen = silences;
    let settled = false;
    const result = call().finally(() => {
      settled = true;
    });
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      if (silences === seen) continue;
      seen = silences;
      await vi.advanceTimersByTimeAsync(requestTimeouts.requestTimeout + WAIT_MS);
    }
    return await result;
  } finally {
    vi.useRealTimers();
  }
};

describe.each(['BatchGetItem', 'TransactWriteItems'])('given a table that does not answer %s', (operation) => {
  it.each([
    ['the request was lost', silent],
    ['its answer was lost', silentAfter],
  ])('when it happens once and %s, then the call has its one effect', async (_, disturbance) => {
    const atpId = newId();
    world.proxy.forget();
    world.proxy.disturb = upon(operation, disturbance, 1);
    const answer = await impatient(() => world.service.call('pm-1', 'atp_set', { atpId, status: 'InProgress' }));
    expect(answer).toMatchObject({ status: 200 });
    expect(world.proxy.count(operation)).toBe(2);
    expect(await world.eventsOf(atpId, 'start')).toHaveLength(1);
  });

  it('when it never answers, then three attempts end in UNAVAILABLE', async () => {
    world.proxy.forget();
    world.proxy.disturb = upon(operation, silent);
    const call = () => world.service.call('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress' });
    const answer = await quietly(() => impatient(call));
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, headers: { 'retry-after': '1' } });
    expect(world.proxy.count(operation)).toBe(3);
  });
});
