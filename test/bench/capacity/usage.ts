import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Timer } from '../../../lib/model.ts';
import type { Item } from '../../../lib/store/items.ts';
import { keys } from '../../../lib/store/keys.ts';
import { tableAt } from '../../support/table.ts';
import { type Cast, castOf, watched } from '../cast.ts';
import type { CountedStack } from '../counted-stack.ts';
import { Tally } from '../tally.ts';

/** What one story used of all that is paid for by use. */
export type Usage = {
  tally: Tally;
  /** Calls of functions that are not behind the gateway: both functions of the notifier, and timers or digests that came meanwhile. */
  notified: number;
  fired: number;
  /** Times that a timer goes through its queue until it is due: SQS holds a message for 15 minutes at most. */
  timerHops: number;
  publications: number;
  emails: number;
  texts: number;
  logBytes: number;
  /** Metrics of the stack that had a value. */
  metrics: number;
  /** Of the ATPs, as JSON, kept for good. */
  storedBytes: number;
};

/** Publications are told by the stack, one line each. */
export const PUBLISHED = 'published to';

const HOP_MS = 900_000;

/** Plays a story alone, every step by itself; `play` answers the ATPs that came of it. */
export const usageOf = async (
  counted: CountedStack,
  told: readonly string[],
  play: (cast: Cast) => Promise<readonly string[]>,
): Promise<Usage> => {
  const { stack } = counted;
  const tally = new Tally();
  const cast = watched(await castOf(stack), async (name, step) => {
    const { answer, ...counts } = await counted.counted(step);
    tally.add(name, counts);
    return answer;
  });
  const notified = ['OutboxNotify', 'OutboxQueueEvents'].map((reader) => callsOf(counted, reader));
  const fired = callsOf(counted, 'TimersTimer');
  const before = measure(counted, told);
  const atpIds = await play(cast);
  await counted.settled();
  const after = measure(counted, told);
  const items = (await Promise.all(atpIds.map((atpId) => itemsOf(counted, atpId)))).flat();
  return {
    tally,
    notified: notified.reduce((calls, reader) => calls + reader.stop(), 0),
    fired: fired.stop(),
    timerHops: items.reduce((hops, item) => hops + hopsOf(item), 0),
    publications: after.publications - before.publications,
    emails: after.emails - before.emails,
    texts: after.texts - before.texts,
    logBytes: after.log.length - before.log.length,
    metrics: metricsIn(after.log.slice(before.log.length)),
    storedBytes: items.reduce((bytes, item) => bytes + JSON.stringify(item).length, 0),
  };
};

const callsOf = ({ stack }: CountedStack, logicalId: string): { stop: () => number } => {
  const called = stack.functionNamed(logicalId);
  const { invoke } = called;
  let calls = 0;
  called.invoke = (event) => {
    calls += 1;
    return invoke.call(called, event);
  };
  return {
    stop: () => {
      called.invoke = invoke;
      return calls;
    },
  };
};

const measure = ({ stack }: CountedStack, told: readonly string[]) => {
  const mail = globSync('outbox/*.txt', { cwd: stack.data });
  return {
    publications: told.filter((line) => line.startsWith(PUBLISHED)).length,
    emails: mail.filter((name) => name.includes('-email-')).length,
    texts: mail.filter((name) => name.includes('-sms-')).length,
    log: readFileSync(join(stack.data, 'functions.log'), 'utf8'),
  };
};

type Emf = { _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] } };

/** One for each name and set of values, as CloudWatch counts them. */
const metricsIn = (log: string): number => {
  const found = new Set<string>();
  for (const line of log.split('\n').filter((each) => each.includes('"_aws"'))) {
    const fields = JSON.parse(line) as Emf & Record<string, unknown>;
    for (const { Dimensions, Metrics } of fields._aws?.CloudWatchMetrics ?? [])
      for (const { Name } of Metrics)
        for (const names of Dimensions) found.add([Name, ...names.map((name) => `${name}=${fields[name]}`)].join(' '));
  }
  return found.size;
};

const hopsOf = ({ at, timers }: Item): number =>
  ((timers ?? []) as Timer[]).reduce(
    (hops, { dueAt }) => hops + Math.ceil((Date.parse(dueAt) - Date.parse(String(at))) / HOP_MS),
    0,
  );

const itemsOf = async ({ engine, stack }: CountedStack, atpId: string): Promise<Item[]> => {
  const { client, name } = tableAt(engine.endpoint, stack.dynamodb.table);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.atp(atpId).pk },
    }),
  );
  client.destroy();
  return Items as Item[];
};
