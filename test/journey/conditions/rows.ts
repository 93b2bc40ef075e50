import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowOf } from '../../../lib/flow/flows.ts';
import type { Atp, AtpType } from '../../../lib/model.ts';
import { keys } from '../../../lib/store/keys.ts';
import { changesOf } from '../../support/changes.ts';
import { conditioned } from '../../support/conditioned.ts';
import { before } from '../../support/disturbances.ts';
import { EngineProxy } from '../../support/engine-proxy.ts';
import { Given, Service } from '../../support/service.ts';
import { alike, States } from '../../support/states.ts';
import type { Step } from '../../support/steps/calls.ts';
import { type Door, doors, steps } from '../../support/steps.ts';

type Case = Door & { change: ReturnType<typeof changesOf>[number] };

/** A service, another ATP and a review that changes may refer to. */
class World {
  readonly service: Service;
  readonly proxy: EngineProxy;
  readonly states: States;
  readonly #others: { atpId: string; reviewId: string };

  private constructor(service: Service, proxy: EngineProxy, others: { atpId: string; reviewId: string }) {
    this.service = service;
    this.proxy = proxy;
    this.states = new States(service);
    this.#others = others;
  }

  static async start(): Promise<World> {
    const service = await Service.start();
    const proxy = await EngineProxy.interpose();
    const given = new Given(service);
    return new World(service, proxy, { atpId: await given.started(), reviewId: await given.review('Queued') });
  }

  /** The call on a state of its own, which changes behind it: before the call, or between its read and its write. */
  async run({ state, who, tool, call, change }: Case, when: 'earlier' | 'between') {
    const { service, proxy, states } = this;
    const atp = await states.copy(state);
    const body = call(atp);
    const happen = () => states.change(keys.atp(atp.atpId), change.attribute, change.to(atp, this.#others));
    proxy.forget();
    if (when === 'earlier') await happen();
    else proxy.disturb = before('TransactWriteItems', happen);
    const answer = await service.call(who, tool, body);
    const { operations } = proxy;
    const items = (await service.items(atp.atpId)).map((item) => alike(item, atp.atpId)).sort();
    return { answer, operations, outcome: [alike(answer.body, atp.atpId), ...items].join('\n') };
  }
}

const requests: Record<'done' | 'answered' | 'refused', string[]> = {
  done: ['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems'],
  answered: ['BatchGetItem', 'TransactWriteItems'],
  refused: ['BatchGetItem', 'TransactWriteItems'],
};

/** What the guards of a row declare, and what every step looks at. */
const declared = ({ type, row }: Door): Set<keyof Atp> => {
  const [from, step, role] = row.split(' ');
  const rows = flowOf({ type }).transitions.filter(
    (row) => row.from === from && row.step === step && row.roles.some((each) => each === role),
  );
  return new Set(['type', 'status', ...rows.flatMap(({ guards }) => guards.flatMap(({ reads }) => reads))]);
};

/** Every row of a flow that begins at an ATP, at every door, with all that its write rests on changed meanwhile. */
export const describeConditions = (type: AtpType): void => {
  const ofFlow = doors.filter((door) => door.type === type);
  const cases = ofFlow.flatMap((door): Case[] => changesOf(door).map((change) => ({ ...door, change })));
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.proxy.stop());

  describe.each(cases)(
    'given $name through $tool, when $change.attribute $change.says between read and write',
    (door) => {
      it(`then it is planned again and ends as one that came later would: ${door.change.ending}`, async () => {
        const later = await world.run(door, 'earlier');
        const raced = await world.run(door, 'between');
        const { ending, readsMore } = door.change;
        const refused = ending !== 'done' && ending !== 'answered';
        expect(raced.answer.body.code ?? 'done').toBe(refused ? ending : 'done');
        expect(raced.outcome).toEqual(later.outcome);
        const counted = (operations: string[]) =>
          operations.filter((operation) => operation !== 'BatchGetItem' || !readsMore);
        expect(counted(raced.operations)).toEqual(counted(requests[refused ? 'refused' : ending]));
      });
    },
  );

  describe('given every door of every row', () => {
    it.each(ofFlow)(
      'when $name is taken through $tool, then each attribute its write rests on is changed above',
      async (door) => {
        const { service, proxy, states } = world;
        const atp = await states.copy(door.state);
        proxy.forget();
        await service.done(door.who, door.tool, door.call(atp));
        const write = proxy.requests.find(({ operation }) => operation === 'TransactWriteItems');
        const restsOn = write ? conditioned(write, keys.atp(atp.atpId)) : [];
        expect(restsOn).toEqual(expect.arrayContaining([...declared(door)]));
        expect([...new Set(changesOf(door).map(({ attribute }) => attribute))].sort()).toEqual([...restsOn].sort());
      },
    );

    it('when rows are counted, then none that begins at an ATP is missing, nor any of its doors', () => {
      const rows = flowOf({ type })
        .transitions.filter(({ from }) => from !== null)
        .flatMap(({ from, step, roles, tools }) =>
          roles
            // No call takes them: test/journey/pager/overtaken.test.ts has those of pages, conditions-of-deadlines the service's own.
            .filter((role) => role !== '@system' && role !== '@pager')
            .map((role) => [`${from} ${step} ${role}`, [...tools].sort()] as const),
        );
      const listed = Object.entries(steps[type]).map(([row, { doors }]: [string, Step]) => [
        row,
        Object.keys(doors).sort(),
      ]);
      expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(listed));
    });
  });
};
