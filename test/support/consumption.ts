import type { EngineProxy } from './engine-proxy.ts';

type Units = { CapacityUnits: number };
/** As the engine reports it: DynamoDB API reference, `ConsumedCapacity`. */
type Consumed = {
  Table?: Units;
  LocalSecondaryIndexes?: { [index: string]: Units };
  GlobalSecondaryIndexes?: { [index: string]: Units };
};

/** What one call cost: its requests in order, and capacity units by table and index. */
export type Consumption = {
  requests: string[];
  read: number;
  write: number;
  /** Of `write`, by index. */
  indexes: { [index: string]: number };
};

const reads = new Set(['BatchGetItem', 'Query', 'TransactGetItems']);
const sum = (units: Iterable<number>): number => [...units].reduce((total, each) => total + each, 0);

/** From now on the engine is asked what each request consumed. Those of the stream have another protocol. */
export const countUnits = (proxy: EngineProxy): void => {
  proxy.forget();
  proxy.disturb = async ({ operation, input }, forward) => {
    if (operation) input.ReturnConsumedCapacity = 'INDEXES';
    return forward();
  };
};

/** What these requests consumed, which `countUnits` had the engine say. */
export const unitsOf = (requests: EngineProxy['requests']): Consumption => {
  const parts = requests.map(({ operation, reply }) => {
    const { ConsumedCapacity: consumed = [] } = JSON.parse(reply?.body ?? '{}') as {
      ConsumedCapacity?: Consumed | Consumed[];
    };
    const all = [consumed].flat();
    const indexes = all.flatMap(({ LocalSecondaryIndexes, GlobalSecondaryIndexes }) =>
      Object.entries({ ...LocalSecondaryIndexes, ...GlobalSecondaryIndexes }),
    );
    return { operation, table: sum(all.map(({ Table }) => Table?.CapacityUnits ?? 0)), indexes };
  });
  const of = (wanted: boolean) => parts.filter(({ operation }) => reads.has(operation) === wanted);
  const units = (some: typeof parts) =>
    sum(some.flatMap(({ table, indexes }) => [table, ...indexes.map(([, { CapacityUnits }]) => CapacityUnits)]));
  const indexes: { [index: string]: number } = {};
  for (const [name, { CapacityUnits }] of of(false).flatMap((part) => part.indexes)) {
    indexes[name] = (indexes[name] ?? 0) + CapacityUnits;
  }
  return {
    requests: requests.map(({ operation }) => operation),
    read: units(of(true)),
    write: units(of(false)),
    indexes,
  };
};

/** Runs a call and asks the engine what each of its requests consumed. */
export const consumptionOf = async (proxy: EngineProxy, call: () => Promise<unknown>): Promise<Consumption> => {
  countUnits(proxy);
  await call();
  const consumption = unitsOf(proxy.requests);
  proxy.forget();
  return consumption;
};
