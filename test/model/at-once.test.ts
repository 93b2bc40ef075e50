import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { EngineProxy } from '../support/engine-proxy.ts';
import { Service } from '../support/service.ts';
import { atOnceToo } from './commands.ts';
import { expectReached, LONGEST_MS, Playing } from './playing.ts';
import { scheduled } from './scheduled.ts';

let service: Service;
let playing: Playing;
let proxy: EngineProxy;
beforeAll(async () => {
  service = await Service.start();
  proxy = await EngineProxy.interpose();
});
beforeEach(() => {
  playing = new Playing(service);
});
afterAll(() => proxy.stop());

const enough = ['accepted', 'accepted again', 'timer: fired'];

describe('given several principals of every role', () => {
  it(
    'when they call at once, then some order of their calls explains every answer',
    async () => {
      await playing.assert(atOnceToo, { plays: 6, length: 70 });
      expectReached(playing.tally.outcomes.keys(), enough);
    },
    LONGEST_MS,
  );

  it(
    'when a scheduler chooses which of their requests reaches the table next, then some order still does',
    async () => {
      await playing.assert(atOnceToo, { plays: 6, length: 70 }, (scheduler) => scheduled(proxy, scheduler));
      expectReached(playing.tally.outcomes.keys(), enough);
    },
    LONGEST_MS,
  );
});
