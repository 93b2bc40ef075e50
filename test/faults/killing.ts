/** Kills by chance, while callers call. */

import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../fuzz/dice.ts';
import { Given, type Service } from '../support/service.ts';
import type { Mortal, Victim } from './mortal.ts';
import { type Told, tell } from './stories.ts';

/** What one kill out of so many is of: a stack takes seconds to be back, and the others nothing. */
const often: readonly Victim[] = [
  'a tool',
  'a tool',
  'a tool',
  'all tools',
  'notifier',
  'notifier',
  'notifier',
  'timer',
  'timer',
  'timer',
  'engine',
  'engine',
  'stack',
  'stack',
  'stack and engine',
];

const LONGEST_LIFE_MS = 2_500;

export type Killed = Map<Victim, number>;

type Until = {
  seed: number;
  /** Told before each kill; false ends them. */
  goesOn: (killed: number) => boolean;
};

/** Kills one after another, each after a life of chance. */
export const killByChance = async (mortal: Mortal, { seed, goesOn }: Until): Promise<Killed> => {
  const dice = new Dice(seed);
  const killed: Killed = new Map();
  for (let count = 0; goesOn(count); count++) {
    await pause(dice.below(LONGEST_LIFE_MS));
    const victim = dice.pick(often) ?? 'notifier';
    await mortal.kill(victim, dice.below(1_000));
    killed.set(victim, (killed.get(victim) ?? 0) + 1);
  }
  return killed;
};

/** Stories told one after another, so many at a time, for as long as it goes on. */
export const tellMeanwhile = async (
  service: Service,
  beside: number,
  goesOn: () => boolean,
): Promise<{ told: Told[]; faults: string[] }> => {
  const given = new Given(service);
  const all = { told: [] as Told[], faults: [] as string[] };
  let number = 0;
  const teller = async (): Promise<void> => {
    while (goesOn()) {
      const own = number++;
      try {
        all.told.push(await tell(given, service, own));
      } catch (error) {
        all.faults.push(`story ${own}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: beside }, teller));
  return all;
};
