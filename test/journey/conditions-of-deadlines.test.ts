import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flows } from '../../lib/flow/flows.ts';
import type { Atp } from '../../lib/model.ts';
import type { Table } from '../../lib/store/client.ts';
import { keys } from '../../lib/store/keys.ts';
import { waiting } from '../support/changes/deadlines.ts';
import { conditioned } from '../support/conditioned.ts';
import { before } from '../support/disturbances.ts';
import { fireTimer, timerOf } from '../support/firing.ts';
import { Overtaken } from '../support/overtaken.ts';
import { alike } from '../support/states.ts';
import { tableAt } from '../support/table.ts';

let world: Overtaken;
let table: Table;
beforeAll(async () => {
  world = await Overtaken.start();
  table = tableAt(world.proxy.url, world.service.table.name);
});
afterAll(() => world.stop());

const [read, write] = ['BatchGetItem', 'TransactWriteItems'];
const cases = waiting.flatMap(({ changes, ...each }) => changes.map((change) => ({ ...each, ...change })));
type Case = (typeof cases)[number];

/** How long something waited, as people say it. */
const spans = /\d+ (s|min|h|days)( \d+ (min|h))?\b/g;

/** Fires the timer of a state of its own, which changes behind it: before it reads, or between its read and its write. */
const run = async ({ state, deadline, to }: Case, when: 'earlier' | 'between') => {
  const { proxy, service, states } = world;
  const atp = await states.copy(state);
  const timer = await timerOf(service, atp.atpId, deadline);
  const happen = async () => {
    for (const [name, value] of Object.entries(to(atp))) await states.change(keys.atp(atp.atpId), name, value);
  };
  proxy.forget();
  if (when === 'earlier') await happen();
  else proxy.disturb = before(write, happen);
  const did = await fireTimer(table, timer);
  const { operations } = proxy;
  const items = (await service.items(atp.atpId)).map((item) => alike(item, atp.atpId).replace(spans, '<span>'));
  return { did, operations, outcome: items.sort().join('\n') };
};

describe.each(cases)('given the timer of $deadline that fires, when $says between its read and its write', (each) => {
  it(`then it is planned again and ends as one that came later would: ${each.ending}`, async () => {
    const later = await run(each, 'earlier');
    const raced = await run(each, 'between');
    expect(raced.did).toBe(each.ending);
    expect(raced.outcome).toEqual(later.outcome);
    const again = each.ending === 'acted' ? [write] : [];
    expect(later.operations).toEqual([read, ...again]);
    expect(raced.operations).toEqual([read, write, ...again]);
  });
});

describe('given every deadline', () => {
  it.each(waiting)('when $deadline fires, then each attribute its write rests on is changed above', async (each) => {
    const { deadline, state, changes } = each;
    const atp = await world.states.copy(state);
    const timer = await timerOf(world.service, atp.atpId, deadline);
    world.proxy.forget();
    expect(await fireTimer(table, timer)).toBe('acted');
    const request = world.proxy.requests.find(({ operation }) => operation === write) ?? expect.fail('no write');
    const restsOn = conditioned(request, keys.atp(atp.atpId)).filter((name) => name !== 'updatedAt');
    const declared = flows.flatMap(({ deadlines }) => deadlines).find(({ name }) => name === deadline)?.reads ?? [];
    expect(new Set(restsOn)).toEqual(
      new Set<keyof Atp>([...declared, 'type', 'status', 'deadlines', deadline as never]),
    );
    const changed = new Set(changes.flatMap(({ to }) => Object.keys(to(atp))));
    expect([...changed, deadline]).toEqual(expect.arrayContaining(restsOn));
  });

  it('when they are counted, then none of any flow is missing above', () => {
    const all = flows.flatMap(({ deadlines }) => deadlines.map(({ name }) => name));
    expect(new Set(waiting.map(({ deadline }) => deadline))).toEqual(new Set(all));
  });

  it.each(waiting)('when $deadline fires a second time for the same moment, then nothing happens', async (each) => {
    const { atpId } = await world.states.copy(each.state);
    const timer = await timerOf(world.service, atpId, each.deadline);
    expect(await fireTimer(table, timer)).toBe('acted');
    const items = await world.service.items(atpId);
    expect(await fireTimer(table, timer)).toBe('nothing');
    expect(await world.service.items(atpId)).toEqual(items);
  });
});
