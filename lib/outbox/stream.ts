/** The table's stream, as Lambda brings it to a function that hands over what the outbox holds. */

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { log } from '../log.ts';
import type { Table } from '../store/client.ts';
import type { Item } from '../store/items.ts';
import type { Key } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import type { Items, Outcome, Outcomes } from './outcome.ts';

type Handler = (event: DynamoDBStreamEvent, context: { awsRequestId: string }) => Promise<DynamoDBBatchResponse>;

type Reader = {
  table: Table;
  handOver: (items: Items) => Promise<Outcomes>;
  /** What the line of an item says besides. */
  counted?: (outcome: Outcome, item: Item | undefined) => object;
};

/**
 * Every record is tried, whatever became of those before it, and the first that is worth another try is reported:
 * Lambda then brings back that one and all after it. Items are read from the table before they are handed over, so
 * those that come back marked are passed over.
 */
export const handlerOf =
  ({ table, handOver, counted = () => ({}) }: Reader): Handler =>
  async ({ Records }, { awsRequestId: requestId }) => {
    const due = await read(table, Records.filter(isWrittenToOutbox));
    const outcomes = await outcomesOf(due, handOver);
    let failed: string | undefined;
    for (const each of due) {
      const { key, sequenceNumber, item } = each;
      const outcome = outcomes.get(each) ?? { kind: 'notDue' };
      tell(outcome, { requestId, sequenceNumber, ...key, ...named(item), ...counted(outcome, item) });
      if (outcome.kind === 'retry') failed ??= sequenceNumber;
    }
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
  };

/** The mapping's filter sees only the image. An acknowledgement of what is not published yet changes it, and is not ours. */
const isWrittenToOutbox = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' && dynamodb?.NewImage?.outbox !== undefined;

type Due = { key: Key | undefined; sequenceNumber: string; item: Item | undefined };

const read = async (table: Table, records: readonly DynamoDBRecord[]): Promise<Due[]> => {
  const keyed = records.map((record) => ({
    key: keyOf(record),
    sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
  }));
  const items = await readItems(
    table,
    keyed.flatMap(({ key }) => key ?? []),
  );
  return keyed.map((each) => ({ ...each, item: each.key && items.get(each.key) }));
};

const keyOf = ({ dynamodb }: DynamoDBRecord): Key | undefined => {
  const [pk, sk] = [dynamodb?.Keys?.pk?.S, dynamodb?.Keys?.sk?.S];
  return pk && sk ? { pk, sk } : undefined;
};

const outcomesOf = async (due: readonly Due[], handOver: Reader['handOver']): Promise<ReadonlyMap<Due, Outcome>> => {
  const { true: keyed = [], false: keyless = [] } = Object.groupBy(due, ({ key }) => (key ? 'true' : 'false'));
  const error = new Error('the record has no key of this table');
  const outcomes = new Map<Due, Outcome>(keyless.map((each) => [each, { kind: 'giveUp', error }]));
  const handedOver = await handOver(keyed.map(({ item }) => item));
  keyed.forEach((each, position) => {
    outcomes.set(each, handedOver[position] ?? { kind: 'notDue' });
  });
  return outcomes;
};

const named = (item: Item | undefined): { atpId?: string; messageId?: string } => ({
  ...(typeof item?.atpId === 'string' && { atpId: item.atpId }),
  ...(typeof item?.messageId === 'string' && { messageId: item.messageId }),
});

const tell = (outcome: Outcome, about: { [name: string]: unknown }): void => {
  if (outcome.kind === 'published' || outcome.kind === 'queued') log.info(outcome.kind, about);
  else if (outcome.kind === 'notDue') log.info('handed over before, or gone', about);
  else if (outcome.kind === 'retry')
    log.warn('not handed over, will be tried again', { ...about, error: outcome.error });
  else log.error('not handed over, and no use in trying again', { ...about, error: outcome.error });
};
