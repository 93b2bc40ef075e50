/** Fills a file of the engine by its own import of DynamoDB exports: ten times as fast as `BatchWriteItem`. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { dynoxide } from '../../../infra/local/dynamodb.ts';
import type { Group, Population } from './population.ts';

export type Table = { name: string; layout: TableDescription };

/** In every table that is not empty. */
const OPEN = 3_000;
const ATPS_A_FILE = 10_000;
const YEARS_MS = 3 * 365 * 86_400_000;

/** `atps` over the last three years, the open ones among them. Answers how many items. */
export const load = (directory: string, table: Table, population: Population, atps: number): number => {
  const source = join(directory, 'export');
  const data = join(source, table.name, 'data');
  mkdirSync(data, { recursive: true });
  let items = 0;
  let files = 0;
  let lines: string[] = [];
  const flush = (): void => {
    items += lines.length;
    if (lines.length > 0)
      writeFileSync(join(data, `${files++}.json.gz`), gzipSync(`${lines.join('\n')}\n`, { level: 1 }));
    lines = [];
  };
  for (const { group, ids, first } of groupsOf(population, atps)) {
    const laterMs = Math.round((first / atps - 1) * YEARS_MS);
    lines.push(...group.templates.map((template) => template(ids, laterMs)));
    if (first % ATPS_A_FILE < group.ids) flush();
  }
  flush();
  const schema = join(directory, 'schema.json');
  writeFileSync(schema, JSON.stringify({ Table: { ...table.layout, TableName: table.name } }));
  importInto(join(directory, 'table.sqlite'), source, schema);
  rmSync(source, { recursive: true });
  return items;
};

type Placed = { group: Group; ids: string[] /** How many ATPs are older. */; first: number };

/**
 * Open ones stand among the closed at even distances. They have the same ids in each table, and so lie in the same shards;
 * all ids are of one length, since the units of a query follow from the bytes of its keys.
 */
function* groupsOf({ closed, open }: Population, atps: number): Generator<Placed> {
  const apart = Math.max(1, Math.floor(atps / OPEN));
  const made = { OPEN: 0, PAST: 0 };
  const idsOf = (series: keyof typeof made, count: number): string[] =>
    Array.from({ length: count }, () => `AT-${series}-${String(made[series]++).padStart(7, '0')}`);
  for (let first = 0, turn = 0, opened = 0; first < atps; turn += 1) {
    const isOpen = first >= opened * apart && opened < OPEN;
    const group = isOpen ? open[opened++ % open.length] : closed[turn % closed.length];
    if (!group) throw new Error('a population without groups');
    yield { group, ids: idsOf(isOpen ? 'OPEN' : 'PAST', group.ids), first };
    first += group.ids;
  }
}

const importInto = (file: string, source: string, schema: string): void => {
  const args = ['import', '--source', source, '--schema', schema, '--output', file, '--force'];
  const { status, stderr } = spawnSync(dynoxide(), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the engine did not import the table: ${stderr.trim().split('\n').at(-1)}`);
};
