/** What is measured against what: a tool's recorded call, the barest handler of the same requests, the usual stack. */

import type { BatchGetItemCommandInput, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Waves } from './baseline/waves.ts';
import { type Baseline, baselineBundle } from './build.ts';
import type { Exchange } from './exchange.ts';
import type { Subject } from './process.ts';
import type { Recording } from './record.ts';

const wavesOf = (exchanges: Exchange[]): Waves =>
  Object.values(Object.groupBy(exchanges, ({ wave }) => wave)).map((wave = []) =>
    wave.map(({ operation, request }) => ({ operation, input: JSON.parse(request) })),
  );

const operationsOf: Record<Exclude<Baseline, 'usual'>, string[]> = {
  write: ['BatchGetItem', 'TransactWriteItems'],
  read: ['BatchGetItem'],
  query: ['BatchGetItem', 'Query'],
};

/** The smallest baseline that can send what the tool sent. */
export const barest = ({ name, exchanges }: Recording): Subject => {
  const sent = [...new Set(exchanges.map(({ operation }) => operation))];
  const fitting = (['read', 'write', 'query'] as const).find((baseline) =>
    sent.every((operation) => operationsOf[baseline].includes(operation)),
  );
  if (!fitting) throw new Error(`no baseline sends ${sent.join(' and ')}, as ${name} does`);
  return { name: `baseline-of-${name}`, bundle: baselineBundle(fitting), event: wavesOf(exchanges) };
};

const requestOf = (exchanges: Exchange[], wanted: string) =>
  JSON.parse(exchanges.find(({ operation }) => operation === wanted)?.request ?? '{}');

const plainKeys = ({ RequestItems = {} }: BatchGetItemCommandInput) => ({
  RequestItems: Object.fromEntries(
    Object.entries(RequestItems).map(([table, { Keys = [], ...rest }]) => [
      table,
      { ...rest, Keys: Keys.map((key) => unmarshall(key)) },
    ]),
  ),
});

const plainWrites = ({ TransactItems = [] }: TransactWriteItemsCommandInput) => ({
  TransactItems: TransactItems.map((actions) =>
    Object.fromEntries(
      Object.entries(actions).map(([action, { Key, Item, ExpressionAttributeValues: values, ...rest }]) => [
        action,
        {
          ...rest,
          ...(Key && { Key: unmarshall(Key) }),
          ...(Item && { Item: unmarshall(Item) }),
          ...(values && { ExpressionAttributeValues: unmarshall(values) }),
        },
      ]),
    ),
  ),
});

/** The same two requests by the stack such functions usually have. */
export const usual = ({ exchanges }: Recording): Subject => {
  const read = plainKeys(requestOf(exchanges, 'BatchGetItem'));
  const write = plainWrites(requestOf(exchanges, 'TransactWriteItems'));
  const body = JSON.stringify({ read, write, atpId: 'AT-cold', notes: 'Since 14:02' });
  return { name: 'usual', bundle: baselineBundle('usual'), event: { body } };
};
