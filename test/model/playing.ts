/** Plays a test's share of plays, and says what was played. */

import fc from 'fast-check';
import { expect } from 'vitest';
import { type Code, httpStatus } from '../../lib/refusal.ts';
import type { Service } from '../support/service.ts';
import { expectInvariants } from './invariants.ts';
import { type AtOnce, Play } from './play.ts';
import { Tally } from './tally.ts';

/** The same plays every time, of a seed that reaches every step: a gate must not fail by chance. For soaking, another. */
const SEED = Number(process.env.MODEL_SEED ?? 20_261_188);
const { MODEL_RUNS } = process.env;

/** Codes that no caller of a play can meet: it has a token, and the table answers. */
const unmet: readonly Code[] = ['UNAUTHENTICATED', 'THROTTLED', 'UNAVAILABLE', 'INTERNAL'];
export const meetable = (Object.keys(httpStatus) as Code[]).filter((code) => !unmet.includes(code));

type Commands = Iterable<fc.AsyncCommand<object, Play>>;
/** How a play makes calls that are made at once, by the run's scheduler. */
type Way = (scheduler: fc.Scheduler) => AtOnce;

/** A soak lasts as long as it is told to. */
export const LONGEST_MS = 3_600_000;

/** Of all tests of a file: they share a table. */
let plays = 0;

export class Playing {
  readonly tally = new Tally();
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** So many plays; after each of them all that is owed is met, and what must be true of any is. */
  async assert(
    commands: fc.Arbitrary<fc.AsyncCommand<object, Play>>[],
    size: { plays: number; length: number },
    way?: Way,
  ): Promise<void> {
    const list = fc.noBias(fc.commands(commands, { maxCommands: size.length, size: 'max' }));
    const property = fc.asyncProperty(list, fc.scheduler(), (each, scheduler) => this.#played(each, way?.(scheduler)));
    await fc.assert(property, {
      seed: SEED,
      numRuns: Number(MODEL_RUNS ?? size.plays),
      endOnFailure: process.env.MODEL_NO_SHRINK !== undefined,
    });
    process.stdout.write(`${this.tally}\n`);
  }

  async #played(commands: Commands, atOnce: AtOnce | undefined): Promise<void> {
    plays += 1;
    const play = new Play(this.#service, `M${plays}`, this.tally);
    if (atOnce) play.atOnce = atOnce;
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: play }), commands);
      await play.settle();
      await expectInvariants(this.#service, Object.keys(play.world.atps));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\nafter\n${play.script.join('\n')}`, { cause: error });
    }
  }
}

/** What a play has to reach, lest it decay into playing nothing. */
export const expectReached = (reached: Iterable<string>, wanted: readonly string[]): void => {
  // A soak of another seed and size finds what it finds.
  if (MODEL_RUNS !== undefined) return;
  const all = new Set(reached);
  expect(wanted.filter((each) => !all.has(each))).toEqual([]);
};
