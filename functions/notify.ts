/**
 * Reads the table's stream and hands over what its outbox holds: messages to the topics, for people and machines
 * (contract section 5), timers and what webhooks are told to their queues.
 */

import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { env, required, requiredJson } from '../lib/env.ts';
import { log } from '../lib/log.ts';
import { measured } from '../lib/metrics/measured.ts';
import { LATE_NOTICE_MS } from '../lib/metrics/names.ts';
import { openTopics } from '../lib/notify/publish.ts';
import { type Far, isForQueues, queueEvents } from '../lib/outbox/hand-over.ts';
import { type Outcome, publishMessages } from '../lib/outbox/messages.ts';
import { openTable } from '../lib/store/client.ts';
import type { Item } from '../lib/store/items.ts';
import type { Key } from '../lib/store/keys.ts';
import { readItems } from '../lib/store/read.ts';
import { openQueue } from '../lib/timer/queue.ts';
import { openWebhooks } from '../lib/webhook/queue.ts';

const far: Far = {
  table: openTable(),
  topics: openTopics(),
  digestInterval: requiredJson<number>(env.digestInterval),
  timers: openQueue(required(env.timerQueue)),
  webhooks: openWebhooks(required(env.webhookQueue)),
};

/** The mapping's filter sees only the image. An acknowledgement of what is not published yet changes it, and is not ours. */
const isWrittenToOutbox = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' && dynamodb?.NewImage?.outbox !== undefined;

const keyOf = ({ dynamodb }: DynamoDBRecord): Key | undefined => {
  const [pk, sk] = [dynamodb?.Keys?.pk?.S, dynamodb?.Keys?.sk?.S];
  return pk && sk ? { pk, sk } : undefined;
};

type Due = { key: Key | undefined; sequenceNumber: string; item: Item | undefined };

/**
 * Every record is tried, whatever became of those before it, and the first that is worth another try is reported:
 * Lambda then brings back that one and all after it. Items are read from the table before they are handed over, so
 * those that come back marked are passed over.
 */
export const handler = async (
  { Records }: DynamoDBStreamEvent,
  { awsRequestId: requestId }: { awsRequestId: string },
): Promise<DynamoDBBatchResponse> => {
  const due = await read(Records.filter(isWrittenToOutbox));
  const outcomes = new Map<Due, Outcome>();
  await Promise.all([queueAll(due, outcomes), publishAll(due, outcomes)]);

  let failed: string | undefined;
  for (const each of due) {
    const { key, sequenceNumber, item } = each;
    const outcome = outcomes.get(each);
    if (outcome) tell(outcome, { requestId, sequenceNumber, ...key, ...named(item), ...counted(outcome, item) });
    if (outcome?.kind === 'retry') failed ??= sequenceNumber;
  }
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
};

const read = async (records: readonly DynamoDBRecord[]): Promise<Due[]> => {
  const keyed = records.map((record) => ({
    key: keyOf(record),
    sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
  }));
  const items = await readItems(
    far.table,
    keyed.flatMap(({ key }) => key ?? []),
  );
  return keyed.map((each) => ({ ...each, item: each.key && items.get(each.key) }));
};

const queueAll = async (due: readonly Due[], outcomes: Map<Due, Outcome>): Promise<void> => {
  const events = due.flatMap((each) => (isForQueues(each.item) ? [{ each, item: each.item }] : []));
  const queued = await queueEvents(
    far,
    events.map(({ item }) => item),
  );
  events.forEach(({ each }, position) => {
    outcomes.set(each, queued[position] ?? { kind: 'notDue' });
  });
};

const publishAll = async (due: readonly Due[], outcomes: Map<Due, Outcome>): Promise<void> => {
  const { true: keyed = [], false: keyless = [] } = Object.groupBy(
    due.filter(({ item }) => !isForQueues(item)),
    ({ key }) => (key ? 'true' : 'false'),
  );
  for (const each of keyless)
    outcomes.set(each, { kind: 'giveUp', error: new Error('the record has no key of this table') });
  const published = await publishMessages(
    far,
    keyed.map(({ item }) => item),
  );
  keyed.forEach((each, position) => {
    outcomes.set(each, published[position] ?? { kind: 'notDue' });
  });
};

const named = (item: Item | undefined): { atpId?: string; messageId?: string } => ({
  ...(typeof item?.atpId === 'string' && { atpId: item.atpId }),
  ...(typeof item?.messageId === 'string' && { messageId: item.messageId }),
});

/** How old a notice is when it goes out, since its message was written; one of a drill is not counted. */
const counted = (outcome: Outcome, item: Item | undefined): object => {
  const sentAt = Date.parse(String(item?.sentAt));
  if (outcome.kind !== 'published' || item?.drill || Number.isNaN(sentAt)) return {};
  // The clock that wrote it may be ahead.
  const age = Math.max(0, outcome.at - sentAt);
  return measured({ NoticesPublished: 1, NoticesLate: age > LATE_NOTICE_MS ? 1 : 0, NoticeAge: age });
};

const tell = (outcome: Outcome, about: { [name: string]: unknown }): void => {
  if (outcome.kind === 'published' || outcome.kind === 'queued') log.info(outcome.kind, about);
  else if (outcome.kind === 'notDue') log.info('handed over before, or gone', about);
  else if (outcome.kind === 'retry')
    log.warn('not handed over, will be tried again', { ...about, error: outcome.error });
  else log.error('not handed over, and no use in trying again', { ...about, error: outcome.error });
};
