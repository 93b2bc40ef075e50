import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Write } from '../flow/write.ts';
import type { Table } from './client.ts';
import { absent, absentOrExpired, changeExpressions, updateExpressions } from './expression.ts';
import { derivedOf, type Item, itemOf, keyOf } from './items.ts';
import { type Key, keys } from './keys.ts';
import type { Marker } from './markers.ts';

/** An item as it was when a condition on it failed; `undefined` where there was none. */
export type Standing = { key: Key; item: Item | undefined };

export type Outcome =
  | { result: 'committed' }
  /** Conditions failed: what the plan rested on has changed, and this is what it is now. */
  | { result: 'lost'; labels: string[]; current: Standing[] }
  /** Another transaction held an item, or the table is throttled: nothing is known to have changed. */
  | { result: 'contended'; codes: string[] };

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Commits all writes or none. Throws only what the SDK throws for reasons other than a cancelled transaction. */
export const commit = async (table: Table, writes: readonly (Write | Marker)[]): Promise<Outcome> => {
  try {
    await table.client.send(
      new TransactWriteCommand({ TransactItems: writes.map((write) => actionOf(write, table.name)) }),
    );
    return { result: 'committed' };
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return outcomeOf(error.CancellationReasons ?? [], writes);
  }
};

const actionOf = (write: Write | Marker, TableName: string): Action => {
  const shared = { TableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  if ('create' in write) return { Put: { ...shared, Item: itemOf(write.create), ...absent } };
  if ('claim' in write) return { Put: { ...shared, Item: write.claim, ...absentOrExpired(write.now) } };
  if ('unclaimed' in write) {
    return {
      ConditionCheck: { ...shared, Key: write.unclaimed, ConditionExpression: '', ...absentOrExpired(write.now) },
    };
  }
  if ('emergencies' in write) {
    const { set, remove } = write.emergencies;
    return {
      Update: { TableName, Key: keys.emergencies, UpdateExpression: '', ...updateExpressions({ set, remove }) },
    };
  }
  const { change, set } = write;
  const expressions = changeExpressions({ ...write, set: { ...set, ...derivedOf(change, set) } });
  return { Update: { ...shared, Key: keyOf(change), UpdateExpression: '', ...expressions } };
};

const keyOfWrite = (write: Write | Marker): Key => {
  if ('create' in write) {
    const { pk, sk } = itemOf(write.create);
    return { pk, sk };
  }
  if ('claim' in write) return { pk: write.claim.pk, sk: write.claim.sk };
  if ('unclaimed' in write) return write.unclaimed;
  return 'emergencies' in write ? keys.emergencies : keyOf(write.change);
};

const isCancellation = (error: unknown): error is { CancellationReasons?: CancellationReason[] } =>
  error instanceof Error && error.name === 'TransactionCanceledException';

/** Reasons stand in the order of the writes; `None` marks the ones that would have gone through. */
const outcomeOf = (reasons: readonly CancellationReason[], writes: readonly (Write | Marker)[]): Outcome => {
  const refused = writes.flatMap((write, position) => {
    const reason = reasons[position];
    return reason?.Code && reason.Code !== 'None' ? [{ write, code: reason.Code, item: reason.Item }] : [];
  });
  const lost = refused.filter(({ code }) => code === 'ConditionalCheckFailed');
  const others = refused.filter(({ code }) => code !== 'ConditionalCheckFailed').map(({ code }) => code);
  const defect = others.find((code) => code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded');
  if (defect) throw new Error(`the transaction can never succeed: ${defect}`);
  if (lost.length === 0) return { result: 'contended', codes: others };
  return {
    result: 'lost',
    labels: lost.map(({ write }) => write.label),
    // lib-dynamodb leaves the items of cancellation reasons marshalled
    current: lost.map(({ write, item }) => ({ key: keyOfWrite(write), item: item && (unmarshall(item) as Item) })),
  };
};
