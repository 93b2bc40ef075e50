/** What a command aims at, and the call that this is in the world that it meets. */

import fc from 'fast-check';
import { onward } from './onward.ts';
import { rivalOf, usually } from './usual.ts';
import { pick, type WishName, wishes, wishNames } from './wishes.ts';
import { type Act, type Body, type Call, everybody, type Firing, isOver, type ModelAtp, type World } from './world.ts';

/** `slot` chooses the ATP, `n` among variants, `header` whether the call carries a key or a turn, `twist` what is wrong with it. */
type Numbers = { slot: number; n: number; who: number; header: number; twist: number };
export type Aim = Numbers & { wish: WishName | 'onward' | 'repeat' | 'fire' | 'fire an old timer' };

/** What a play remembers beside the state of the world. */
export type Memory = {
  prefix: string;
  /** Timers that run, by ATP, and all that ever ran. */
  timers: Map<string, readonly Firing[]>;
  everyTimer: Firing[];
  /** Calls with a key. */
  keyed: Call[];
  calls: number;
  /** Calls were made at once: the lines of timelines may stand in another order than the model's. */
  raced: boolean;
};

const ATPS_LIMIT = 6;

export const numbers: fc.Arbitrary<Numbers> = fc.record({
  slot: fc.nat(40),
  n: fc.nat(209),
  who: fc.nat(27),
  header: fc.nat(29),
  twist: fc.nat(59),
});

export const anyAim: fc.Arbitrary<Aim> = fc
  .tuple(
    fc.oneof(
      { weight: 15, arbitrary: fc.constant('onward' as const) },
      { weight: 6, arbitrary: fc.constantFrom(...wishNames) },
      { weight: 2, arbitrary: fc.constantFrom('fire' as const, 'fire' as const, 'fire an old timer' as const) },
      { weight: 1, arbitrary: fc.constant('repeat' as const) },
    ),
    numbers,
  )
  .map(([wish, rest]) => ({ ...rest, wish }));

export const shownAim = ({ wish, slot, n, who, header, twist }: Aim): string =>
  `${wish} (slot ${slot}, n ${n}, who ${who}, header ${header}, twist ${twist})`;

/** Mostly one that is not over; at times any, and at times none. */
const atpIn = ({ atps }: World, slot: number): ModelAtp | undefined => {
  const all = Object.values(atps);
  const open = all.filter((atp) => !isOver(atp));
  const among = slot < 30 && open.length > 0 ? open : all;
  return slot === 40 ? undefined : among[slot % Math.max(among.length, 1)];
};

/** The call or the timer; undefined where there is nothing to repeat or to fire. */
export const actOf = (aim: Aim, world: World, memory: Memory): Act | undefined => {
  const { wish, slot, n } = aim;
  const atp = atpIn(world, slot);
  if (wish === 'repeat') return memory.keyed.at(-1 - (n % Math.max(memory.keyed.length, 1)));
  if (wish === 'fire') {
    const running = (atp && memory.timers.get(atp.id)) ?? [];
    return running[n % Math.max(running.length, 1)];
  }
  if (wish === 'fire an old timer') {
    if (n === 7)
      return {
        timer: { atpId: `${memory.prefix}-gone`, deadline: 'fix', dueAt: new Date(0).toISOString() },
        mark: undefined,
      };
    return memory.everyTimer[n % Math.max(memory.everyTimer.length, 1)];
  }
  return callOf(aim, world, memory, atp);
};

const callOf = (aim: Aim, world: World, memory: Memory, atp: ModelAtp | undefined): Call => {
  const [who, wish] = wanted(aim, world, atp);
  const { n, header } = aim;
  const count = Object.keys(world.atps).length;
  const taken = Object.keys(world.atps)[n % Math.max(count, 1)] ?? `${memory.prefix}-0`;
  const free = Array.from({ length: 40 }, (_, place) => `${memory.prefix}-${place}`).find((id) => !(id in world.atps));
  const fresh = count < ATPS_LIMIT ? (free ?? taken) : taken;
  const { tool, body } = wishes[wish]({ world, atp, atpId: atp?.id ?? `${memory.prefix}-nothing`, n, fresh });
  memory.calls += 1;
  const key =
    header < 3 ? `${memory.prefix}-new-${memory.calls}` : header < 5 ? `${memory.prefix}-key-${n % 3}` : undefined;
  const turn = header > 2 && header < 9 ? `${memory.prefix}-turn-${Math.floor(memory.calls / 25)}` : undefined;
  return { who, tool, body: twisted(tool, defined(body), aim), ...(key && { key }), ...(turn && { turn }) };
};

const wanted = ({ wish, n, who }: Aim, world: World, atp: ModelAtp | undefined): [Call['who'], WishName] => {
  const few = Object.keys(world.atps).length < 4;
  if (wish === 'onward') {
    const moves = atp && !(few && n % 3 === 0) ? onward(atp) : [];
    const found = moves[n % Math.max(moves.length, 1)];
    if (found) return who > 13 ? [rivalOf(found[0]), found[1]] : found;
    const begin = pick<WishName>(
      n,
      'start a hotfix',
      'start an emergency',
      'queue a bugfix',
      'queue a standard ATP',
      'queue a standard ATP',
      'queue a bugfix that waits',
      'queue a standard ATP that waits',
    );
    return [pick(n, 'pm-1', 'pm-2'), begin];
  }
  const chosen = wish as WishName;
  const anybody = everybody[who % everybody.length] ?? 'pm-1';
  return [who >= 20 ? anybody : usually(chosen, who), chosen];
};

const defined = (body: Body): Body =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const namesSender = (tool: string): boolean => tool === 'handoff' || tool === 'message_send';
const twisted = (tool: string, body: Body, { twist, n }: Aim): Body => {
  if (twist === 0) return { ...body, misspelt: 'yes' };
  if (twist === 1)
    return { ...body, [namesSender(tool) ? 'fromAgent' : 'agent']: pick(n, '@PM', '@pm', '@dev', '@qa') };
  if (twist === 2 && namesSender(tool)) return { ...body, body: 'x'.repeat(65_537) };
  return body;
};
