/** Faults by chance, the same of the same seed as far as requests come in the same order. */

import { Dice } from '../fuzz/dice.ts';

/** `torn`: the connection breaks. `cut`: it breaks in the middle of the reply. `silent`: nothing ever comes. */
export type Delivery<Reply> = Reply | 'torn' | 'silent' | { cut: Reply };
type Forward<Reply> = () => Promise<Reply>;

export type Fault<Passing, Reply> = {
  kind: string;
  /** How often, in proportion to the others that fit. */
  weight: number;
  /** The operations that it fits; left out, all that weather reaches. */
  on?: readonly string[];
  happen: (passing: Passing, forward: Forward<Reply>, dice: Dice) => Promise<Delivery<Reply>>;
};

export type Climate = {
  seed: number;
  /** The share of requests that something happens to in between storms. */
  rate: number;
  /** How many requests a storm lasts, in which something happens to most of them; 0 for none. */
  storm: number;
};

const STORM_CHANCE = 1 / 400;
const STORM_RATE = 0.8;

export class Weather<Passing extends { operation: string }, Reply> {
  /** How often each kind of fault came. */
  readonly injected = new Map<string, number>();
  passed = 0;
  #blows = false;
  #stormLeft = 0;
  readonly #dice: Dice;
  readonly #faults: readonly Fault<Passing, Reply>[];
  readonly #climate: Climate;

  constructor(faults: readonly Fault<Passing, Reply>[], climate: Climate) {
    this.#faults = faults;
    this.#climate = climate;
    this.#dice = new Dice(climate.seed);
  }

  /** From now on things happen, or no more. */
  blow(blows: boolean): void {
    this.#blows = blows;
  }

  readonly happen = async (passing: Passing, forward: Forward<Reply>): Promise<Delivery<Reply>> => {
    const fault = this.#blows ? this.#next(passing) : undefined;
    if (!fault) return forward();
    this.injected.set(fault.kind, (this.injected.get(fault.kind) ?? 0) + 1);
    return fault.happen(passing, forward, this.#dice);
  };

  #next({ operation }: Passing): Fault<Passing, Reply> | undefined {
    const fitting = this.#faults.filter(({ on }) => !on || on.includes(operation));
    if (fitting.length === 0) return undefined;
    const [whether, which] = [this.#dice.next(), this.#dice.next()];
    if (this.#dice.chance(STORM_CHANCE)) this.#stormLeft = this.#climate.storm;
    const rate = this.#stormLeft-- > 0 ? STORM_RATE : this.#climate.rate;
    this.passed += 1;
    if (whether >= rate) return undefined;
    let left = which * fitting.reduce((sum, { weight }) => sum + weight, 0);
    return fitting.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
  }
}
