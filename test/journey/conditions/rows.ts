import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flows } from '../../lib/flow/flows.ts';
import type { Atp, ToolName } from '../../lib/model.ts';
import { keys } from '../../lib/store/keys.ts';
import { changesOf, type Ending } from '../support/changes.ts';
import { before } from '../support/disturbances.ts';
import { EngineProxy, type EngineRequest } from '../support/engine-proxy.ts';
import { Given, Service } from '../support/service.ts';
import { alike, States } from '../support/states.ts';
import { type Step, type StepName, steps } from '../support/steps.ts';

let service: Service;
let proxy: EngineProxy;
let states: States;
/** Another ATP, and a review, that changes may refer to. */
const others = { atpId: 'AT-other', reviewId: '' };

beforeAll(async () => {
  service = await Service.start();
  proxy = await EngineProxy.interpose();
  states = new States(service);
  const given = new Given(service);
  await given.started(others.atpId);
  others.reviewId = await given.review('Queued');
});
afterAll(() => proxy.stop());

const doors = Object.entries(steps).flatMap(([name, step]: [string, Step]) =>
  Object.entries(step.doors).map(([tool, call]) => ({ ...step, name: name as StepName, tool: tool as ToolName, call })),
);
const cases = doors.flatMap((door) =>
  changesOf(door.name).map((change) => ({ ...door, change, ending: endingAt(change.ending, door.tool) })),
);
type Case = (typeof cases)[number];

function endingAt(ending: Ending | { [tool in ToolName]?: Ending }, tool: ToolName): Ending {
  return typeof ending === 'string' ? ending : (ending[tool] ?? 'done');
}

/** The call on a state of its own, which changes behind it: before the call, or between its read and its write. */
const run = async ({ state, who, tool, call, change }: Case, when: 'earlier' | 'between') => {
  const atp = await states.copy(state);
  const body = call(atp);
  const happen = () => states.change(keys.atp(atp.atpId), change.attribute, change.to(atp, others));
  proxy.forget();
  if (when === 'earlier') await happen();
  else proxy.disturb = before('TransactWriteItems', happen);
  const answer = await service.call(who, tool, body);
  const { operations } = proxy;
  const items = (await service.items(atp.atpId)).map((item) => alike(item, atp.atpId)).sort();
  return { answer, operations, outcome: [alike(answer.body, atp.atpId), ...items].join('\n') };
};

const requests: Record<'done' | 'answered' | 'refused', string[]> = {
  done: ['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems'],
  answered: ['BatchGetItem', 'TransactWriteItems'],
  refused: ['BatchGetItem', 'TransactWriteItems'],
};

describe.each(cases)(
  'given $name through $tool, when $change.attribute $change.says between read and write',
  (door) => {
    it(`then it is planned again and ends as one that came later would: ${door.ending}`, async () => {
      const later = await run(door, 'earlier');
      const raced = await run(door, 'between');
      const { ending } = door;
      const refused = ending !== 'done' && ending !== 'answered';
      expect(raced.answer.body.code ?? 'done').toBe(refused ? ending : 'done');
      expect(raced.outcome).toEqual(later.outcome);
      const reads = raced.operations.filter((operation) => operation !== 'BatchGetItem' || !door.change.readsMore);
      expect(reads).toEqual(
        requests[refused ? 'refused' : ending].filter(
          (operation) => operation !== 'BatchGetItem' || !door.change.readsMore,
        ),
      );
    });
  },
);

/** The attributes of the ATP that the condition of its update names. */
const conditioned = ({ input }: EngineRequest, { pk }: { pk: string }): string[] => {
  type Update = {
    Key: { pk: { S: string } };
    ConditionExpression: string;
    ExpressionAttributeNames: Record<string, string>;
  };
  const actions = input.TransactItems as { Update?: Update }[];
  const update = actions.map(({ Update }) => Update).find((each) => each?.Key.pk.S === pk);
  const named = update?.ConditionExpression.match(/#\d+/g) ?? [];
  return named.flatMap((name) => update?.ExpressionAttributeNames[name] ?? []).filter((name) => name !== 'pk');
};

describe('given every door of every row', () => {
  it.each(doors)(
    'when $name is taken through $tool, then each attribute its write rests on is changed above',
    async ({ name, state, who, tool, call }) => {
      const atp = await states.copy(state);
      proxy.forget();
      await service.done(who, tool, call(atp));
      const write = proxy.requests.find(({ operation }) => operation === 'TransactWriteItems');
      const restsOn = write ? conditioned(write, keys.atp(atp.atpId)) : [];
      expect(restsOn).toEqual(expect.arrayContaining([...declared(name)]));
      expect([...new Set(changesOf(name).map(({ attribute }) => attribute))].sort()).toEqual([...restsOn].sort());
    },
  );

  it('when rows are counted, then none that begins at an ATP is missing, nor any of its doors', () => {
    const rows = flows.flatMap(({ type, transitions }) =>
      transitions
        .filter(({ from }) => from !== null)
        .flatMap(({ from, step, roles, tools }) =>
          roles
            .filter((role) => role !== '@system' && role !== '@pager')
            .map((role) => [`${type} ${from} ${step} ${role}`, [...tools].sort()] as const),
        ),
    );
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(steps).map(([name, { doors }]) => [name, Object.keys(doors).sort()])),
    );
  });
});

/** What the guards of a row declare, and what every step looks at. */
const declared = (name: StepName): Set<keyof Atp> => {
  const [type, from, step, role] = name.split(' ');
  const rows = flows
    .filter((flow) => flow.type === type)
    .flatMap(({ transitions }) => transitions)
    .filter((row) => row.from === from && row.step === step && row.roles.some((each) => each === role));
  return new Set(['type', 'status', ...rows.flatMap(({ guards }) => guards.flatMap(({ reads }) => reads))]);
};
