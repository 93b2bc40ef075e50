/** The commands of a play, as fast-check makes and shrinks them. */

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { keys } from '../../lib/store/keys.ts';
import { type Aim, actOf, anyAim, shownAim } from './aim.ts';
import type { Play } from './play.ts';
import { type Act, isOver, withAtp, without } from './world.ts';

type Model = object;
type Command = fc.AsyncCommand<Model, Play>;

/** A call by itself. */
class One implements Command {
  readonly #aim: Aim;
  constructor(aim: Aim) {
    this.#aim = aim;
  }
  check = () => true;
  async run(_: Model, play: Play): Promise<void> {
    const act = actOf(this.#aim, play.world, play.memory);
    if (act) await play.one(act);
  }
  toString = () => shownAim(this.#aim);
}

/** Calls at once, in whatever order they reach the table. */
class Together implements Command {
  readonly #aims: readonly Aim[];
  constructor(aims: readonly Aim[]) {
    this.#aims = aims;
  }
  check = () => true;
  async run(_: Model, play: Play): Promise<void> {
    const acts: Act[] = this.#aims.flatMap((aim) => actOf(aim, play.world, play.memory) ?? []);
    if (acts.length > 0) await play.together(acts);
  }
  toString = () => `at once: ${this.#aims.map(shownAim).join(' | ')}`;
}

/** What pager intake does when the source of an incident fires or resolves; there is no tool for it. */
class Alert implements Command {
  readonly #slot: number;
  constructor(slot: number) {
    this.#slot = slot;
  }
  check = () => true;
  async run(_: Model, play: Play): Promise<void> {
    const { table } = play.service;
    const running = Object.values(play.world.atps).filter((atp) => !isOver(atp) && atp.type !== 'review');
    const atp = running[this.#slot % Math.max(running.length, 1)];
    if (!atp) return;
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.atp(atp.id),
        UpdateExpression: atp.alertFiring ? 'REMOVE alertFiring' : 'SET alertFiring = :true',
        ...(!atp.alertFiring && { ExpressionAttributeValues: { ':true': true } }),
      }),
    );
    const changed = atp.alertFiring ? without(atp, 'alertFiring') : { ...atp, alertFiring: true as const };
    play.world = withAtp(play.world, changed);
  }
  toString = () => `an alert fires or resolves (slot ${this.#slot})`;
}

/** Calls that see the same world, most of them on one ATP. */
const group = fc
  .tuple(fc.nat(40), fc.array(fc.tuple(anyAim, fc.nat(5)), { minLength: 2, maxLength: 6 }))
  .map(([slot, aims]) => aims.map(([aim, apart]) => (apart === 0 ? aim : { ...aim, slot })));

const one = anyAim.map((aim) => new One(aim));
const together = group.map((aims) => new Together(aims));
const alert = fc.nat(20).map((slot) => new Alert(slot));

/** Every command by itself. */
export const oneByOne = [fc.oneof({ weight: 20, arbitrary: one }, { weight: 1, arbitrary: alert })];
/** Many of them calls at once. */
export const atOnceToo = [
  fc.oneof({ weight: 10, arbitrary: together }, { weight: 10, arbitrary: one }, { weight: 1, arbitrary: alert }),
];
