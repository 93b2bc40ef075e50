/** What the functions behind the doors are given: both functions of the notifier, the timers, the webhooks. */

import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { messageParts } from '../../../lib/ids.ts';
import type { Item } from '../../../lib/store/items.ts';
import { type Key, keys } from '../../../lib/store/keys.ts';
import type { Engine } from './engine.ts';
import { type Call, scenes } from './scenes.ts';

export const behind = ['notify', 'queue-events', 'timer', 'webhook'] as const;
export type Behind = (typeof behind)[number];

const atpId = (name: Behind): string => `AT-cold-${name}`;

const directed = async (call: Call, name: Behind): Promise<string> => {
  const { body } = await scenes.message_ack(call, atpId(name));
  return String(body.messageId);
};

/** The stream tells of a directive that was written. */
const written = async (call: Call): Promise<object> => {
  const parts = messageParts(await directed(call, 'notify'));
  if (!parts) throw new Error('the scene has no message');
  return told(keys.message(parts));
};

/** The stream tells of the event that set off the timer of a directive. */
const setOff = async (engine: Engine, call: Call): Promise<object> => {
  await directed(call, 'queue-events');
  const event = (await eventsOf(engine, 'queue-events')).findLast(({ timers }) => timers !== undefined);
  if (!event) throw new Error('the scene has no event with timers');
  return told(event);
};

const told = ({ pk, sk }: Key): object => {
  const dynamodb = {
    Keys: { pk: { S: pk }, sk: { S: sk } },
    NewImage: { outbox: { S: 'OUTBOX#0' } },
    SequenceNumber: '1',
  };
  return { Records: [{ eventName: 'INSERT', dynamodb }] };
};

const eventsOf = async ({ client, table }: Engine, name: Behind): Promise<Item[]> => {
  const { pk } = keys.event(atpId(name), '');
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
      ExpressionAttributeValues: { ':pk': pk, ':event': 'EVENT#' },
    }),
  );
  return Items as Item[];
};

/** Nobody has acknowledged a directive in time. */
const passed = async ({ client, table }: Engine, call: Call): Promise<object> => {
  await directed(call, 'timer');
  const Key = keys.atp(atpId('timer'));
  const { Item } = await client.send(new GetCommand({ TableName: table, Key }));
  const [deadline = ''] = Object.keys(Item?.deadlines ?? {});
  const dueAt = new Date(Date.now() - 1_000).toISOString();
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key,
      UpdateExpression: 'SET deadlines.#name.dueAt = :dueAt',
      ExpressionAttributeNames: { '#name': deadline },
      ExpressionAttributeValues: { ':dueAt': dueAt },
    }),
  );
  return queued({ atpId: atpId('timer'), deadline, dueAt });
};

/** An event that one endpoint wants to hear of. */
const happened = async (engine: Engine, call: Call): Promise<object> => {
  const { client, table } = engine;
  await directed(call, 'webhook');
  const [event] = await eventsOf(engine, 'webhook');
  const webhookId = 'whk_cold';
  const webhook = {
    webhookId,
    url: 'https://example.com/',
    events: ['atp.opened'],
    createdAt: new Date(0).toISOString(),
  };
  await client.send(new PutCommand({ TableName: table, Item: { ...keys.webhook(webhookId), ...webhook } }));
  return queued({ kind: 'event', atpId: atpId('webhook'), ulid: event?.sk.slice('EVENT#'.length), type: 'atp.opened' });
};

const queued = (body: object): object => ({ Records: [{ messageId: 'cold', body: JSON.stringify(body) }] });

export const behindEvent = (engine: Engine, call: Call, name: Behind): Promise<object> =>
  ({
    notify: () => written(call),
    'queue-events': () => setOff(engine, call),
    timer: () => passed(engine, call),
    webhook: () => happened(engine, call),
  })[name]();
