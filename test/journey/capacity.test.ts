import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Consumption, consumptionOf } from '../support/consumption.ts';
import { measuredCalls } from '../support/measured-calls.ts';
import { Overtaken } from '../support/overtaken.ts';
import { tableAt } from '../support/table.ts';

const page = join(import.meta.dirname, '../../docs/data-model.md');
const [begin, end] = ['<!-- measured: npm run docs:capacity -->', '<!-- /measured -->'];

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

/** Enough that a page of 25 is full, on the board and in the inbox of `@dev`. */
const LISTED = 40;

const counted = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)].map(([name, all]) => `${all.length} ${name}`).join(', ');

const row = (title: string, { requests, read, write, indexes }: Consumption): string => {
  const [tool = '', ...rest] = title.split(/(?=, )/);
  const split = Object.entries(indexes)
    .sort()
    .map(([index, units]) => `${index} ${units}`);
  return `| \`${tool}\`${rest.join('')} | ${counted(requests)} | ${read} | ${write || ''} | ${split.join(', ')} |`;
};

const measuredTable = async (): Promise<string> => {
  const rows: string[] = [];
  for (const [title, prepare] of Object.entries(
    measuredCalls(world.service, tableAt(world.proxy.url, world.service.table.name)),
  )) {
    rows.push(row(title, await consumptionOf(world.proxy, await prepare())));
  }
  return ['| Call | Requests | Read units | Write units | of these, indexes |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
};

it('given one call of each kind, when the engine is asked what each consumed, then docs/data-model.md says so', async () => {
  for (let made = 0; made < LISTED; made++) await world.states.copy('directed');
  const text = readFileSync(page, 'utf8');
  const [before, rest = ''] = text.split(begin);
  const [, after] = rest.split(end);
  expect(after, 'the page has a place for the figures').toBeDefined();
  const measured = `${before}${begin}\n\n${await measuredTable()}\n\n${end}${after}`;
  await expect(measured).toMatchFileSnapshot(page);
});
