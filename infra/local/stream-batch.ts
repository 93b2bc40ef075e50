import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { functionArn, localAws } from './aws.ts';
import { PayloadTooLarge } from './functions.ts';
import { failuresOf, type Mapping, pause } from './mapping.ts';

/**
 * An event source mapping of a table's stream, as the template has it. Limits of -1 mean none. Batching window and
 * parallelization factor change how much is worked off at once, not what: here batches follow one another.
 */
export type StreamMapping = Mapping & {
  streamArn: string;
  bisects: boolean;
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Takes the account of a batch that was given up. */
  onFailure?: (account: object) => Promise<void>;
};

export type Batch = readonly StreamRecord[];
export type Shard = { mapping: StreamMapping; shardId: string };

type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

const BACKOFF_MS = 100;
const BACKOFF_LIMIT_MS = 5_000;

const backoff = (attempt: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_LIMIT_MS), signal);

/**
 * Invokes until every record is worked off or given up, as Lambda's poller does (Lambda developer guide, "Using Lambda
 * with DynamoDB"): again from the first failure on, split in two where the mapping bisects, which costs no attempt.
 * False when stopped before that: the records count as unread.
 */
export const workOff = async (batch: Batch, shard: Shard, signal: AbortSignal): Promise<boolean> => {
  const { mapping } = shard;
  let left = batch;
  for (let attempts = 0; left.length > 0; ) {
    if (signal.aborted) return false;
    const expired = left.filter((record) => isExpired(record, mapping));
    if (expired.length > 0) {
      if (!(await giveUp(expired, 'RecordAgeExceeded', attempts, shard, signal))) return false;
      left = left.slice(expired.length);
      continue;
    }
    const failedFrom = await invoke(left, shard);
    if (failedFrom === undefined) return true;
    if (failedFrom === 'too large') return halves(left, shard, signal);
    attempts = failedFrom > 0 ? 1 : attempts + 1;
    left = left.slice(failedFrom);
    if (mapping.bisects && left.length > 1) return halves(left, shard, signal);
    if (mapping.maximumRetryAttempts >= 0 && attempts > mapping.maximumRetryAttempts)
      return giveUp(left, 'RetryAttemptsExhausted', attempts, shard, signal);
    await backoff(attempts, signal);
  }
  return true;
};

const halves = async (batch: Batch, shard: Shard, signal: AbortSignal): Promise<boolean> => {
  const middle = Math.ceil(batch.length / 2);
  return (await workOff(batch.slice(0, middle), shard, signal)) && (await workOff(batch.slice(middle), shard, signal));
};

/** Records come in order of age, so those that are too old stand first. */
const isExpired = ({ dynamodb }: StreamRecord, { maximumRecordAgeSeconds }: StreamMapping): boolean => {
  const created = dynamodb?.ApproximateCreationDateTime?.getTime() ?? Date.now();
  return maximumRecordAgeSeconds >= 0 && Date.now() - created > maximumRecordAgeSeconds * 1000;
};

/** Position of the first record to be tried again; undefined when all went through. */
const invoke = async (batch: Batch, { mapping }: Shard): Promise<number | 'too large' | undefined> => {
  const { target, reportsItemFailures, told } = mapping;
  try {
    const answer = await target.invoke({ Records: batch.map((record) => eventRecordOf(record, mapping)) });
    const failures = reportsItemFailures ? failuresOf(answer) : [];
    if (failures.length === 0) return undefined;
    const failed = new Set(failures);
    // Identifiers that are none of the batch's fail all of it, as in Lambda.
    const first = batch.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber));
    told(`${target.spec.name} did not work off ${failures.length} of ${batch.length} records; they come again`);
    return Math.max(0, first);
  } catch (error) {
    if (error instanceof PayloadTooLarge && batch.length > 1) return 'too large';
    told(`${target.spec.name} failed on ${batch.length} records (${error}); they come again`);
    return 0;
  }
};

/** A record as a function sees it: times are epoch seconds. */
export const eventRecordOf = (record: StreamRecord, { streamArn }: Pick<StreamMapping, 'streamArn'>): object => ({
  ...record,
  awsRegion: localAws.region,
  dynamodb: {
    ...record.dynamodb,
    ApproximateCreationDateTime: (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? Date.now()) / 1000,
  },
  eventSourceARN: streamArn,
});

/** Goes on trying to hand the account over: a batch must not vanish because a queue was away. False when stopped. */
const giveUp = async (
  batch: Batch,
  condition: GivenUp,
  attempts: number,
  shard: Shard,
  signal: AbortSignal,
): Promise<boolean> => {
  const { target, onFailure, told } = shard.mapping;
  told(`${target.spec.name} gives up ${batch.length} records after ${attempts} attempts (${condition})`);
  if (!onFailure) return true;
  for (let tried = 0; ; tried++) {
    try {
      await onFailure(accountOf(batch, condition, attempts, shard));
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      told(`the account of it could not be sent (${error}); it is sent again`);
      await backoff(tried, signal);
    }
  }
};

/** What Lambda sends to an on-failure destination of a stream: where the records stood, never the records. */
const accountOf = (batch: Batch, condition: GivenUp, attempts: number, { mapping, shardId }: Shard): object => {
  const [first, last] = [batch[0]?.dynamodb, batch.at(-1)?.dynamodb];
  return {
    requestContext: {
      requestId: crypto.randomUUID(),
      functionArn: functionArn(mapping.target.spec.name),
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: first?.ApproximateCreationDateTime?.toISOString(),
      approximateArrivalOfLastRecord: last?.ApproximateCreationDateTime?.toISOString(),
      batchSize: batch.length,
      streamArn: mapping.streamArn,
    },
  };
};
