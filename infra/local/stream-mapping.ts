import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard as StreamShard,
} from '@aws-sdk/client-dynamodb-streams';
import { localAws } from './aws.ts';
import { Checkpoints } from './checkpoints.ts';
import { passes } from './filter.ts';
import { pause, type RunningMapping } from './mapping.ts';
import { type Batch, eventRecordOf, type Shard, type StreamMapping, workOff } from './stream-batch.ts';

const POLL_MS = 100;
const SHARDS_POLL_MS = 1_000;
/** GetRecords gives 1,000 records at most (DynamoDB Streams API reference). */
const READ_LIMIT = 1_000;

/** Reads a stream and invokes the function with its records as Lambda's poller does, until stopped. */
export const runStreamMapping = (endpoint: string, mapping: StreamMapping, checkpointFile: string): RunningMapping => {
  const stopping = new AbortController();
  const client = new DynamoDBStreamsClient({ ...localAws, endpoint });
  const reader = new StreamReader(client, mapping, new Checkpoints(checkpointFile, mapping.streamArn), stopping.signal);
  const done = reader.run();
  return {
    stop: async () => {
      stopping.abort();
      await done;
      client.destroy();
    },
  };
};

class StreamReader {
  readonly #client: DynamoDBStreamsClient;
  readonly #mapping: StreamMapping;
  readonly #checkpoints: Checkpoints;
  readonly #signal: AbortSignal;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #finished = new Set<string>();

  constructor(client: DynamoDBStreamsClient, mapping: StreamMapping, checkpoints: Checkpoints, signal: AbortSignal) {
    this.#client = client;
    this.#mapping = mapping;
    this.#checkpoints = checkpoints;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const shards = await this.#shards();
      for (const { ShardId } of shards.filter((shard) => this.#mayBegin(shard, shards)))
        if (ShardId) this.#reading.set(ShardId, this.#readShard({ mapping: this.#mapping, shardId: ShardId }));
      await pause(SHARDS_POLL_MS, this.#signal);
    }
    await Promise.all(this.#reading.values());
  }

  /** A shard follows its parent, so that the records of one item stay in order. */
  #mayBegin({ ShardId = '', ParentShardId }: StreamShard, all: readonly StreamShard[]): boolean {
    if (this.#reading.has(ShardId)) return false;
    const parentIsKnown = all.some((other) => other.ShardId === ParentShardId);
    return !ParentShardId || !parentIsKnown || this.#finished.has(ParentShardId);
  }

  /** None while the engine does not answer. */
  async #shards(): Promise<StreamShard[]> {
    const shards: StreamShard[] = [];
    try {
      let ExclusiveStartShardId: string | undefined;
      do {
        const { StreamDescription } = await this.#client.send(
          new DescribeStreamCommand({ StreamArn: this.#mapping.streamArn, ExclusiveStartShardId }),
        );
        shards.push(...(StreamDescription?.Shards ?? []));
        ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
      } while (ExclusiveStartShardId);
    } catch {
      return [];
    }
    return shards;
  }

  /** Reads to the end of the shard. The position moves only once all before it is worked off or given up. */
  async #readShard(shard: Shard): Promise<void> {
    let iterator: string | undefined;
    let open = true;
    while (open && !this.#signal.aborted) {
      iterator ??= await this.#iterator(shard);
      const answer = iterator && (await this.#records(iterator));
      if (!answer) {
        // Expired, trimmed, or an engine that is away: from the last position again.
        iterator = undefined;
        await pause(POLL_MS, this.#signal);
        continue;
      }
      if (!(await this.#workOff(answer.records, shard))) return;
      const last = answer.records.at(-1)?.dynamodb?.SequenceNumber;
      if (last) this.#checkpoints.set(shard.shardId, last);
      else await pause(POLL_MS, this.#signal);
      iterator = answer.next;
      open = answer.next !== undefined;
    }
    if (!open) this.#finished.add(shard.shardId);
  }

  #workOff(records: Batch, shard: Shard): Promise<boolean> {
    const wanted = records.filter((record) => passes(this.#mapping.patterns, eventRecordOf(record, this.#mapping)));
    return workOff(wanted, shard, this.#signal);
  }

  async #records(ShardIterator: string): Promise<{ records: Batch; next: string | undefined } | undefined> {
    try {
      const command = new GetRecordsCommand({ ShardIterator, Limit: Math.min(READ_LIMIT, this.#mapping.batchSize) });
      const { Records = [], NextShardIterator } = await this.#client.send(command);
      return { records: Records, next: NextShardIterator };
    } catch {
      return undefined;
    }
  }

  async #iterator({ mapping, shardId }: Shard): Promise<string | undefined> {
    const from = { StreamArn: mapping.streamArn, ShardId: shardId };
    const after = this.#checkpoints.get(shardId);
    const start = after
      ? ({ ...from, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const)
      : ({ ...from, ShardIteratorType: mapping.startingPosition } as const);
    const iteratorAt = async (input: typeof start | (typeof from & { ShardIteratorType: 'TRIM_HORIZON' })) =>
      (await this.#client.send(new GetShardIteratorCommand(input))).ShardIterator;
    try {
      return await iteratorAt(start);
    } catch {
      // A position that the stream no longer holds: all that it does hold is later.
      return iteratorAt({ ...from, ShardIteratorType: 'TRIM_HORIZON' }).catch(() => undefined);
    }
  }
}
