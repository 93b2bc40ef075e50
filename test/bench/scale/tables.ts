/** The tables of one run: each with a stack of its own, all at once, so that calls can take turns. */

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../../infra/local/dynamodb.ts';
import { suffixOf } from '../../../infra/local/resources.ts';
import { Service } from '../../support/service.ts';
import { engineClient } from '../../support/table.ts';
import { CountedStack } from '../counted-stack.ts';
import { load, type Table } from './load.ts';
import { type Population, populationOf } from './population.ts';

export type Loaded = { atps: number; counted: CountedStack };

/** From a small stack, which is gone when this answers. */
const templates = async (data: string): Promise<{ population: Population; table: Table }> => {
  const counted = await CountedStack.start({ data, digestInterval: 1 });
  try {
    const { stack, engine } = counted;
    const service = await Service.behind({
      url: stack.url,
      dynamodb: { ...stack.dynamodb, endpoint: engine.endpoint },
    });
    const population = await populationOf(service, () => counted.settled());
    const client = engineClient(engine.endpoint);
    const { Table: layout } = await client.send(new DescribeTableCommand({ TableName: stack.dynamodb.table }));
    client.destroy();
    if (!layout) throw new Error('the stack has no table');
    return { population, table: { layout, name: stack.dynamodb.table.replace(suffixOf(resolve(data)), '') } };
  } finally {
    await counted.stop();
  }
};

/** Starts a stack for each size, on a table that holds so many ATPs; whoever called stops what is in `tables`. */
export const startTables = async (
  directory: string,
  sizes: readonly number[],
  tables: Loaded[],
  told: (line: string) => void,
): Promise<void> => {
  const { population, table } = await templates(join(directory, 'templates'));
  for (const atps of sizes) {
    const data = join(directory, String(atps));
    mkdirSync(data);
    const name = `${table.name}${suffixOf(resolve(data))}`;
    const began = performance.now();
    const items = atps > 0 ? load(data, { ...table, name }, population, atps) : 0;
    told(`${atps} ATPs: ${items} items loaded in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    const engine = await startEngine(join(data, 'table.sqlite'));
    if (atps > 0) await openStream(engine.endpoint, name, table);
    tables.push({ atps, counted: await CountedStack.start({ data, engine }) });
  }
};

/** The import makes a table without its stream. */
const openStream = async (endpoint: string, TableName: string, { layout }: Table): Promise<void> => {
  const client = engineClient(endpoint);
  await client.send(new UpdateTableCommand({ TableName, StreamSpecification: layout.StreamSpecification }));
  client.destroy();
};
