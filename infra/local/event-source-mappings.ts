import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from './aws.ts';
import { type Functions, functionOf } from './deployment.ts';
import { patternOf } from './filter.ts';
import type { LocalFunction } from './functions.ts';
import type { RunningMapping } from './mapping.ts';
import { runQueueMapping } from './queue-mapping.ts';
import { runStreamMapping } from './stream-mapping.ts';
import { type References, resourcesOf, type Template } from './template.ts';

/** Properties of `AWS::Lambda::EventSourceMapping`, resolved, as far as they are held here. */
type MappingProperties = {
  EventSourceArn: string;
  FunctionName: string;
  Enabled?: boolean;
  StartingPosition?: 'TRIM_HORIZON' | 'LATEST';
  BatchSize?: number;
  BisectBatchOnFunctionError?: boolean;
  FilterCriteria?: { Filters?: { Pattern: string }[] };
  FunctionResponseTypes?: string[];
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  DestinationConfig?: { OnFailure?: { Destination?: string } };
};

type Surroundings = {
  dynamodb: string;
  sqs: string;
  /** Directory of the streams' positions. */
  checkpoints: string;
  /** Runs the mapping of webhooks too, which the template leaves disabled by default. */
  webhooks: boolean;
  told: (line: string) => void;
};

/** Runs the template's event source mappings: of the table's stream, and of queues. Defaults are Lambda's. */
export const runMappings = (
  template: Template,
  references: References,
  functions: Functions,
  { dynamodb, sqs, checkpoints, webhooks, told }: Surroundings,
): RunningMapping[] => {
  mkdirSync(checkpoints, { recursive: true });
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([logicalId, unresolved]) => {
    const properties = references.resolve<MappingProperties>(unresolved);
    return { logicalId, properties, target: functionOf(functions, properties.FunctionName) };
  });
  refuseTwins(mappings);
  const enabled = mappings.filter(
    ({ logicalId, properties }) => properties.Enabled !== false || (webhooks && logicalId.startsWith('Webhooks')),
  );
  return enabled.map(({ logicalId, properties, target }) => {
    const { EventSourceArn, FilterCriteria, FunctionResponseTypes, DestinationConfig } = properties;
    const shared = {
      target,
      patterns: (FilterCriteria?.Filters ?? []).map(({ Pattern }) => patternOf(Pattern)),
      reportsItemFailures: FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      told,
    };
    if (EventSourceArn.includes(':sqs:')) {
      const queueUrl = queueUrlOf(sqs, EventSourceArn);
      return runQueueMapping(sqs, {
        ...shared,
        queueUrl,
        queueArn: EventSourceArn,
        batchSize: properties.BatchSize ?? 10,
      });
    }
    const deadLetters = DestinationConfig?.OnFailure?.Destination;
    return runStreamMapping(
      dynamodb,
      {
        ...shared,
        streamArn: EventSourceArn,
        batchSize: properties.BatchSize ?? 100,
        bisects: properties.BisectBatchOnFunctionError ?? false,
        maximumRetryAttempts: properties.MaximumRetryAttempts ?? -1,
        maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds ?? -1,
        startingPosition: properties.StartingPosition ?? 'TRIM_HORIZON',
        ...(deadLetters && { onFailure: sender(sqs, deadLetters) }),
      },
      join(checkpoints, `${logicalId}.json`),
    );
  });
};

/**
 * Lambda maps a source to a function only once, whatever the filters, and so fails a deployment that asks for a second:
 * "The event source arn (...) and function (...) provided mapping already exists" (https://github.com/anomalyco/sst/issues/5975).
 */
const refuseTwins = (
  mappings: readonly { logicalId: string; properties: MappingProperties; target: LocalFunction }[],
): void => {
  const known = new Map<string, string>();
  for (const { logicalId, properties, target } of mappings) {
    const pair = `${properties.EventSourceArn} to ${target.spec.name}`;
    const twin = known.get(pair);
    if (twin) throw new Error(`Lambda refuses ${logicalId} of the template: ${twin} maps ${pair} already`);
    known.set(pair, logicalId);
  }
};

const queueUrlOf = (endpoint: string, queueArn: string): string => {
  const [account = '', name = ''] = queueArn.split(':').slice(-2);
  return `${endpoint}/${account}/${name}`;
};

const sender = (endpoint: string, queueArn: string) => {
  if (!queueArn.includes(':sqs:'))
    throw new Error(`the failure destination ${queueArn} is no queue: none else runs here`);
  const client = new SQSClient({ ...localAws, endpoint });
  const QueueUrl = queueUrlOf(endpoint, queueArn);
  return async (account: object): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(account) }));
  };
};
