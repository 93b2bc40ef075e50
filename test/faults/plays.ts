/** The model's plays (test/model) through clients that retry: every call has its effect once, whatever the weather. */

import fc from 'fast-check';
import { atOnceToo } from '../model/commands.ts';
import { expectInvariants } from '../model/invariants.ts';
import { Play } from '../model/play.ts';
import { Tally } from '../model/tally.ts';
import type { Service } from '../support/service.ts';

type Given = {
  service: Service;
  seed: number;
  /** Commands of one play: each is a call, or several at once. */
  length: number;
  /** Plays at a time. */
  beside: number;
  /** Told before each play; false ends them. */
  goesOn: (played: number) => boolean;
  prefix?: string;
};

export type Played = { plays: number; tally: Tally; atpIds: string[]; violations: string[] };

const commandsOf = (seed: number, length: number): Iterable<fc.AsyncCommand<object, Play>> => {
  const list = fc.noBias(fc.commands(atOnceToo, { maxCommands: length, size: 'max' }));
  const [commands] = fc.sample(list, { seed, numRuns: 1 });
  if (!commands) throw new Error('fast-check made no commands');
  return commands;
};

export const playAll = async (given: Given): Promise<Played> => {
  const { service, seed, length, beside, goesOn, prefix = 'F' } = given;
  const played: Played = { plays: 0, tally: new Tally(), atpIds: [], violations: [] };
  const stage = async (): Promise<void> => {
    while (goesOn(played.plays)) {
      const number = played.plays++;
      const play = new Play(service, `${prefix}${number}`, played.tally);
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: play }), commandsOf(seed * 1_000 + number, length));
        await play.settle();
        await expectInvariants(service, Object.keys(play.world.atps));
      } catch (error) {
        played.violations.push(
          `play ${number}: ${error instanceof Error ? error.message : error}\n${play.script.join('\n')}`,
        );
      }
      played.atpIds.push(...Object.keys(play.world.atps));
    }
  };
  await Promise.all(Array.from({ length: beside }, stage));
  return played;
};
