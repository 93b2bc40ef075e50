import type { Consumption } from '../support/consumption.ts';
import type { Counted } from './counted-stack.ts';

/** Sums over all calls of one name. */
export type Sum = { calls: number; requests: number; read: number; write: number };

/** Of what the notifier does because of the calls; a step that sets off nothing is none of its calls. */
export const NOTIFIER = 'notifier';

/** What was counted, by the name of the call. */
export class Tally {
  readonly sums = new Map<string, Sum>();
  /** Write units by index, of all calls together. */
  readonly indexes = new Map<string, number>();

  add(name: string, { call, handedOver }: Counted): void {
    this.#add(name, call);
    if (handedOver.requests.length > 0) this.#add(NOTIFIER, handedOver);
  }

  get total(): Sum {
    const sums = [...this.sums.values()];
    const of = (part: keyof Sum): number => sums.reduce((total, sum) => total + sum[part], 0);
    return { calls: of('calls'), requests: of('requests'), read: of('read'), write: of('write') };
  }

  #add(name: string, { requests, read, write, indexes }: Consumption): void {
    for (const [index, units] of Object.entries(indexes))
      this.indexes.set(index, (this.indexes.get(index) ?? 0) + units);
    const sum = this.sums.get(name) ?? { calls: 0, requests: 0, read: 0, write: 0 };
    this.sums.set(name, {
      calls: sum.calls + 1,
      requests: sum.requests + requests.length,
      read: sum.read + read,
      write: sum.write + write,
    });
  }
}
