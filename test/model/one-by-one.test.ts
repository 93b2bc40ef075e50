import { beforeAll, describe, it } from 'vitest';
import { Service } from '../support/service.ts';
import { oneByOne } from './commands.ts';
import { expectReached, LONGEST_MS, meetable, Playing } from './playing.ts';
import { stepsToReach } from './reach.ts';

let playing: Playing;
beforeAll(async () => {
  playing = new Playing(await Service.start());
});

describe('given several principals of every role', () => {
  it(
    'when they call at random, one after the other, then a model of the contract says every answer before',
    async () => {
      await playing.assert(oneByOne, { plays: 26, length: 160 });
      const { outcomes, steps } = playing.tally;
      const accepted = ['accepted', 'accepted again', 'timer: fired', 'timer: nothing'];
      expectReached([...outcomes.keys(), ...steps.keys()], [...meetable, ...accepted, ...stepsToReach]);
    },
    LONGEST_MS,
  );
});
