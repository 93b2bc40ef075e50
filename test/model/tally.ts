/** What was played: so that a play that decays into nothing is seen. */

import type { Done } from './search.ts';
import { isFiring, type World } from './world.ts';

export class Tally {
  readonly outcomes = new Map<string, number>();
  /** The lines of timelines, by flow. */
  readonly steps = new Map<string, number>();
  acts = 0;
  groups = 0;

  count(done: readonly Done[], before: World, after: World): void {
    this.acts += done.length;
    if (done.length > 1) this.groups += 1;
    for (const { act, real } of done) {
      const replayed = 'replayed' in real.shown && real.shown.replayed ? ' again' : '';
      add(this.outcomes, isFiring(act) ? `timer: ${real.outcome}` : `${real.outcome}${replayed}`);
    }
    for (const { id, timeline, type } of Object.values(after.atps)) {
      const earlier = before.atps[id]?.timeline.length ?? 0;
      for (const line of timeline.slice(earlier)) {
        const [action = '', role = '', , way = ''] = line.split(' ');
        add(this.steps, `${type} ${action} ${role}${way && ` ${way}`}`);
      }
    }
  }

  toString(): string {
    const list = (counts: ReadonlyMap<string, number>): string =>
      [...counts]
        .sort(([one], [next]) => (one < next ? -1 : 1))
        .map(([name, count]) => `  ${name}: ${count}`)
        .join('\n');
    return `${this.acts} calls and timers, ${this.groups} groups\n${list(this.outcomes)}\nsteps\n${list(this.steps)}`;
  }
}

const add = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
