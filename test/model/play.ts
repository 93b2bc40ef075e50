/** One play: the service and the model side by side, call by call or several at once. */

import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { keys } from '../../lib/store/keys.ts';
import type { Body as Any, Service } from '../support/service.ts';
import { read } from '../support/timeline.ts';
import type { Memory } from './aim.ts';
import { predict } from './predict.ts';
import { type Answered, act, shownAnswer } from './real.ts';
import { type Done, explain } from './search.ts';
import { atpOfModel, atpOfService, type Seen, seenOfModel, seenOfService, waitingOfModel } from './seen.ts';
import type { Tally } from './tally.ts';
import { type Act, emptyWorld, type Firing, isFiring, type World } from './world.ts';

export type AtOnce = (calls: readonly (() => Promise<Answered>)[]) => Promise<Answered[]>;

export class Play {
  readonly service: Service;
  readonly memory: Memory;
  readonly tally: Tally;
  readonly #answers = new Map<string, string>();
  world: World = emptyWorld;
  /** How calls are made that are made at once. */
  atOnce: AtOnce = (calls) => Promise.all(calls.map((call) => call()));
  /** What was played, for whoever reads of a failure. */
  readonly script: string[] = [];

  constructor(service: Service, prefix: string, tally: Tally) {
    this.service = service;
    this.tally = tally;
    this.memory = { prefix, timers: new Map(), everyTimer: [], keyed: [], calls: 0, raced: false };
  }

  /** One by itself: the model says exactly what comes of it. */
  async one(given: Act): Promise<void> {
    const before = this.world;
    this.script.push(shownAct(given));
    const real = await act(this.service, given);
    const { world, answer } = predict(before, given, real.names);
    expect(real.shown).toEqual(shownAnswer(answer));
    this.world = world;
    this.#remember(given, real);
    const shown = answer.atpId === undefined ? undefined : world.atps[answer.atpId];
    if (shown && real.atp && !answer.replayed) expect(atpOfService(real.atp)).toEqual(atpOfModel(shown));
    if (shown && answer.message && !answer.replayed)
      expect(real.waitsFor.filter((id) => id in world.atps).join(' ')).toEqual(
        waitingOfModel(world, shown, answer.message),
      );
    const aimed = this.#named({ act: given, real });
    const changed = Object.keys(world.atps).filter((id) => world.atps[id] !== before.atps[id]);
    await this.#look([...new Set([...aimed, ...changed])], (ids, told) => {
      for (const id of ids) this.#compare(id, told, true);
    });
    this.tally.count([{ act: given, real }], before, this.world);
  }

  /** Several at once: some order of them explains every answer, and the state that they leave. */
  async together(given: readonly Act[]): Promise<void> {
    const before = this.world;
    this.memory.raced = true;
    this.script.push(`at once:\n  ${given.map(shownAct).join('\n  ')}`);
    const reals = await this.atOnce(given.map((each) => () => act(this.service, each)));
    const done: Done[] = given.flatMap((each, place) => {
      const real = reals[place];
      return real ? [{ act: each, real }] : [];
    });
    await this.#look(this.#touched(before, done), (ids, told) => {
      const fits = (world: World): boolean =>
        ids.every((id) => {
          const [atp, seen] = [world.atps[id], told.get(id)];
          if (!atp || !seen) return atp === undefined && seen === undefined;
          return isDeepStrictEqual(seenOfModel(world, atp, false), seenOfService(seen, world, false));
        });
      const found = explain(before, done, fits);
      if (!found) throw new Error(this.#unexplained(before, done, told));
      this.world = found;
    });
    for (const { act: each, real } of done) this.#remember(each, real);
    this.tally.count(done, before, this.world);
  }

  /** What is still owed is met by the service, and all ATPs of the play are as the model has them. */
  async settle(): Promise<void> {
    const due = [...this.memory.timers.values()].flat().filter(({ timer }) => timer.deadline === 'obligations');
    for (const each of due) await this.one(each);
    await this.#look(Object.keys(this.world.atps), (ids, told) => {
      for (const id of ids) this.#compare(id, told, false);
    });
  }

  #compare(id: string, told: ReadonlyMap<string, Seen>, inOrder: boolean): void {
    const [atp, seen] = [this.world.atps[id], told.get(id)];
    const ofService = seen && seenOfService(seen, this.world, inOrder && !this.memory.raced);
    expect(ofService, id).toEqual(atp && seenOfModel(this.world, atp, inOrder && !this.memory.raced));
  }

  async #look(ids: readonly string[], weigh: (ids: readonly string[], told: ReadonlyMap<string, Seen>) => void) {
    const told = new Map<string, Seen>();
    await Promise.all(
      ids.map(async (id) => {
        const { status, body } = await this.service.call('qa-1', 'atp_get', { atpId: id });
        if (status !== 200) return;
        const items = await this.service.items(id);
        const stored = items.find(({ sk }) => sk === keys.atp(id).sk);
        told.set(id, { stored, told: body.cursor ? await read(this.service, id) : body });
      }),
    );
    weigh(ids, told);
    for (const [id, seen] of told) this.#seeTimers(id, seen.told.atp);
  }

  #seeTimers(id: string, { deadlines = [] }: Any): void {
    const running: Firing[] = deadlines.map(({ deadline, dueAt }: Any) => ({
      timer: { atpId: id, deadline, dueAt },
      mark: this.world.atps[id]?.deadlines[deadline],
    }));
    const known = this.memory.timers.get(id) ?? [];
    const fresh = running.filter((each) => !known.some(({ timer }) => isDeepStrictEqual(timer, each.timer)));
    this.memory.timers.set(id, running);
    this.memory.everyTimer.push(...fresh);
  }

  /** The ATPs that calls name, made, or could have changed through another. */
  #touched({ atps }: World, done: readonly Done[]): string[] {
    const near = done.flatMap(this.#named).flatMap((id) => {
      const { followUpId, sourceId, dependents = [] } = atps[id] ?? {};
      return [id, followUpId ?? id, sourceId ?? id, ...dependents];
    });
    return [...new Set(near)];
  }

  #named({ act: each, real: { names } }: Done): string[] {
    const { atpId, messageId, sourceAtpId, dependencies = [] }: Any = isFiring(each) ? each.timer : each.body;
    const ofMessage = messageId && /^msg_(.+)_[^_]+$/.exec(messageId)?.[1];
    const ids: (string | undefined)[] = [atpId, sourceAtpId, ...dependencies, ofMessage, names.atpId, names.followUpId];
    return ids.filter((id) => id !== undefined);
  }

  /** A key repeats the answer that it gave first, whoever was asked in the meantime. */
  #remember(given: Act, { outcome, raw }: Answered): void {
    if (isFiring(given) || !given.key || outcome !== 'accepted') return;
    const marker = `${given.who} ${given.key}`;
    const first = this.#answers.get(marker);
    if (first) expect(raw).toBe(first);
    this.#answers.set(marker, first ?? raw);
    this.memory.keyed.push(given);
  }

  #unexplained(world: World, done: readonly Done[], told: ReadonlyMap<string, Seen>): string {
    return [
      'No order of these calls explains what came of them:',
      ...done.map(({ act: each, real }) => `  ${shownAct(each)}\n    answered ${JSON.stringify(real.shown)}`),
      'before:',
      ...[...told.keys()].map(
        (id) => `  ${JSON.stringify(world.atps[id] && seenOfModel(world, world.atps[id], false))}`,
      ),
      'after:',
      ...[...told.values()].map((each) => `  ${JSON.stringify(seenOfService(each, world, false))}`),
    ].join('\n');
  }
}

export const shownAct = (given: Act): string => {
  if (isFiring(given)) return `timer ${given.timer.deadline} of ${given.timer.atpId} (${JSON.stringify(given.mark)})`;
  const { who, tool, body, key, turn } = given;
  const headers = [key && `key ${key}`, turn && turn].filter(Boolean).join(', ');
  const text = JSON.stringify(body).replace(/x{99,}/, 'x...');
  return `${who} ${tool} ${text}${headers && ` [${headers}]`}`;
};
