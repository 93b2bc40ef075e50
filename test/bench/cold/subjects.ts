/** What is measured against what: a recorded call, the barest handler of the same requests, the usual stack. */

import type { BatchGetItemCommandInput, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Waves } from './baseline/waves.ts';
import { buildBarest, usualBundle } from './build.ts';
import { type Exchange, RECORDED } from './exchange.ts';
import type { Subject } from './process.ts';
import type { Recording } from './record.ts';

const wavesOf = (exchanges: Exchange[], endpoint: string): Waves =>
  Object.values(Object.groupBy(exchanges, ({ wave }) => wave)).map((wave = []) =>
    wave.map((each) => ({ operation: each.operation, input: inputOf(each, endpoint) })),
  );

const inputOf = ({ service, request }: Exchange, endpoint: string): unknown =>
  service === 'sns' ? publication(new URLSearchParams(request)) : JSON.parse(request.replaceAll(RECORDED, endpoint));

/** SNS takes a form, with the attributes numbered from 1. */
const publication = (form: URLSearchParams): object => {
  const plain = [...form].filter(([name]) => !name.includes('.') && name !== 'Action' && name !== 'Version');
  const attribute = (number: number) => `MessageAttributes.entry.${number}`;
  const attributes: [string, object][] = [];
  for (let number = 1; form.has(`${attribute(number)}.Name`); number++) {
    const value = (part: string) => form.get(`${attribute(number)}.Value.${part}`);
    const Value = { DataType: value('DataType'), StringValue: value('StringValue') };
    attributes.push([form.get(`${attribute(number)}.Name`) ?? '', Value]);
  }
  return { ...Object.fromEntries(plain), MessageAttributes: Object.fromEntries(attributes) };
};

/** The barest handler of what the subject sent; of a subject that sent nothing, one that has made its client. */
export const barest = async ({ name, exchanges }: Recording, endpoint: string): Promise<Subject> => ({
  name: `barest-of-${name}`,
  bundle: await buildBarest(exchanges),
  event: wavesOf(exchanges, endpoint),
});

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

/** The same two requests of a tool by the stack such functions usually have. */
export const usual = ({ exchanges }: Recording): Subject => {
  const read = plainKeys(requestOf(exchanges, 'BatchGetItem'));
  const write = plainWrites(requestOf(exchanges, 'TransactWriteItems'));
  const body = JSON.stringify({ read, write, atpId: 'AT-cold', notes: 'Since 14:02' });
  return { name: 'usual', bundle: usualBundle, event: { body } };
};
