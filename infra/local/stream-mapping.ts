import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { localAws } from './aws.ts';
import { type Pattern, passes } from './filter.ts';
import type { LocalFunction } from './functions.ts';

/** An event source mapping of a table's stream, as the template has it. Limits of -1 mean none. */
export type StreamMapping = {
  streamArn: string;
  target: LocalFunction;
  batchSize: number;
  patterns: readonly Pattern[];
  reportsItemFailures: boolean;
  bisects: boolean;
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
  /** Takes the account of a batch that was given up. */
  onFailure?: (account: object) => Promise<void>;
};

type Batch = readonly StreamRecord[];
type Shard = { mapping: StreamMapping; shardId: string };

const POLL_MS = 100;
const BACKOFF_MS = 100;
const BACKOFF_LIMIT_MS = 5_000;

/** Where each shard was read up to, in a file: what was not worked off before a restart is read again. */
class Checkpoints {
  readonly #file: string;
  readonly #positions: Record<string, string>;

  constructor(file: string) {
    this.#file = file;
    try {
      this.#positions = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      this.#positions = {};
    }
  }

  get(shardId: string): string | undefined {
    return this.#positions[shardId];
  }

  set(shardId: string, sequenceNumber: string): void {
    this.#positions[shardId] = sequenceNumber;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.draft`, JSON.stringify(this.#positions));
    renameSync(`${this.#file}.draft`, this.#file);
  }
}

/** Reads a stream and invokes the function with its records as Lambda's poller does, until stopped. */
export const runStreamMapping = (endpoint: string, mapping: StreamMapping, checkpointFile: string) => {
  const stopping = new AbortController();
  const client = new DynamoDBStreamsClient({ ...localAws, endpoint });
  const checkpoints = new Checkpoints(checkpointFile);
  const running = new Map<string, Promise<void>>();

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const shardId of await shardsOf(client, mapping.streamArn)) {
        if (!running.has(shardId))
          running.set(shardId, readShard(client, { mapping, shardId }, checkpoints, stopping.signal));
      }
      await pause(POLL_MS * 10, stopping.signal);
    }
    await Promise.all(running.values());
  };
  const done = poll();
  return {
    stop: async (): Promise<void> => {
      stopping.abort();
      await done;
      client.destroy();
    },
  };
};

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);

/** The engine may be gone at the very end: then there is nothing more to read. */
const shardsOf = async (client: DynamoDBStreamsClient, StreamArn: string): Promise<string[]> => {
  try {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
  } catch {
    return [];
  }
};

const readShard = async (
  client: DynamoDBStreamsClient,
  shard: Shard,
  checkpoints: Checkpoints,
  signal: AbortSignal,
): Promise<void> => {
  const { mapping, shardId } = shard;
  let iterator = await iteratorOf(client, shard, checkpoints.get(shardId));
  while (!signal.aborted && iterator) {
    const answer = await client
      .send(new GetRecordsCommand({ ShardIterator: iterator, Limit: mapping.batchSize }))
      .catch(() => undefined);
    if (!answer) {
      await pause(BACKOFF_MS, signal);
      iterator = (await iteratorOf(client, shard, checkpoints.get(shardId))) ?? iterator;
      continue;
    }
    const read = answer.Records ?? [];
    const wanted = read.filter((record) => passes(mapping.patterns, record));
    const workedOff = wanted.length === 0 || (await workOff(wanted, shard, signal));
    if (!workedOff) return;
    const last = read.at(-1)?.dynamodb?.SequenceNumber;
    if (last) checkpoints.set(shardId, last);
    else await pause(POLL_MS, signal);
    iterator = answer.NextShardIterator;
  }
};

const iteratorOf = async (
  client: DynamoDBStreamsClient,
  { mapping, shardId }: Shard,
  after: string | undefined,
): Promise<string | undefined> => {
  const from = { StreamArn: mapping.streamArn, ShardId: shardId };
  const start = after
    ? ({ ...from, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const)
    : ({ ...from, ShardIteratorType: 'TRIM_HORIZON' } as const);
  try {
    return (await client.send(new GetShardIteratorCommand(start))).ShardIterator;
  } catch {
    if (!after) return undefined;
    // a position that the stream no longer holds: all that it does hold is later
    return (await client.send(new GetShardIteratorCommand({ ...from, ShardIteratorType: 'TRIM_HORIZON' })))
      .ShardIterator;
  }
};

/** Invokes until every record is worked off or given up. False when stopped before that: the records stay unread. */
const workOff = async (batch: Batch, shard: Shard, signal: AbortSignal): Promise<boolean> => {
  const { mapping } = shard;
  let left = batch;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (signal.aborted) return false;
    if (isGivenUp(left, attempt, mapping)) {
      await mapping.onFailure?.(accountOf(left, attempt, shard));
      return true;
    }
    const failedFrom = await invoke(left, shard);
    if (failedFrom === undefined) return true;
    const remaining = left.slice(failedFrom);
    if (mapping.bisects && remaining.length > 1 && remaining.length === left.length) {
      const half = Math.ceil(remaining.length / 2);
      return (
        (await workOff(remaining.slice(0, half), shard, signal)) &&
        (await workOff(remaining.slice(half), shard, signal))
      );
    }
    if (remaining.length < left.length) attempt = 0;
    left = remaining;
    await pause(Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_LIMIT_MS), signal);
  }
  return true;
};

const isGivenUp = (
  batch: Batch,
  attempt: number,
  { maximumRetryAttempts, maximumRecordAgeSeconds }: StreamMapping,
): boolean => {
  const oldest = batch[0]?.dynamodb?.ApproximateCreationDateTime?.getTime() ?? Date.now();
  const tooOld = maximumRecordAgeSeconds >= 0 && Date.now() - oldest > maximumRecordAgeSeconds * 1000;
  return attempt > 0 && (tooOld || (maximumRetryAttempts >= 0 && attempt > maximumRetryAttempts));
};

/** Position of the first record to be tried again; undefined when all went through. */
const invoke = async (batch: Batch, { mapping }: Shard): Promise<number | undefined> => {
  try {
    const answer = (await mapping.target.invoke({
      Records: batch.map((record) => eventRecordOf(record, mapping)),
    })) as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
    const failed = mapping.reportsItemFailures ? (answer?.batchItemFailures ?? []) : [];
    if (failed.length === 0) return undefined;
    const identifiers = new Set(failed.map(({ itemIdentifier }) => itemIdentifier));
    return Math.max(
      0,
      batch.findIndex(({ dynamodb }) => identifiers.has(dynamodb?.SequenceNumber)),
    );
  } catch {
    return 0;
  }
};

const eventRecordOf = (record: StreamRecord, { streamArn }: StreamMapping): object => ({
  ...record,
  dynamodb: {
    ...record.dynamodb,
    ApproximateCreationDateTime: (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? Date.now()) / 1000,
  },
  eventSourceARN: streamArn,
});

/** What Lambda sends to an on-failure destination of a stream: where the records stood, never the records. */
const accountOf = (batch: Batch, attempts: number, { mapping, shardId }: Shard): object => {
  const [first, last] = [batch[0]?.dynamodb, batch.at(-1)?.dynamodb];
  return {
    requestContext: {
      requestId: crypto.randomUUID(),
      functionArn: mapping.target.spec.name,
      condition: 'RetryAttemptsExhausted',
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
