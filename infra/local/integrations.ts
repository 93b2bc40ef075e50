import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from './aws.ts';
import type { Functions } from './deployment.ts';
import type { Pattern } from './filter.ts';
import type { LocalFunction } from './functions.ts';
import type { Api } from './gateway.ts';
import { runQueueMapping } from './queue-mapping.ts';
import { runStreamMapping } from './stream-mapping.ts';
import { type References, resourcesOf, type Template } from './template.ts';

const functionOf = (functions: Functions, reference: string): LocalFunction => {
  const found = [...functions].find(
    ([arn, { spec }]) => reference === arn || reference === spec.name || reference.includes(`${arn}/`),
  );
  if (!found) throw new Error(`the template invokes ${reference}, which is no function of it`);
  return found[1];
};

/** Routes of the template's HTTP API, the default route last, with its stage's throttle. */
export const apiOf = (template: Template, references: References, functions: Functions): Api => {
  const targets = new Map<string, LocalFunction>();
  for (const [logicalId, { IntegrationUri }] of resourcesOf(template, 'AWS::ApiGatewayV2::Integration')) {
    references.add(logicalId, logicalId);
    targets.set(`integrations/${logicalId}`, functionOf(functions, references.resolve(IntegrationUri)));
  }
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { RouteKey, Target }]) => {
    const target = targets.get(references.resolve(Target));
    if (!target) throw new Error(`the route ${String(RouteKey)} leads to no integration of the template`);
    return { key: String(RouteKey), target };
  });
  const [, stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage')[0] ?? [];
  const settings = stage?.DefaultRouteSettings as
    | { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number }
    | undefined;
  const { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit } = settings ?? {};
  return {
    routes: routes.toSorted((one, other) => Number(one.key === '$default') - Number(other.key === '$default')),
    ...(rateLimit !== undefined && burstLimit !== undefined && { throttle: { rateLimit, burstLimit } }),
  };
};

type MappingProperties = {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  BisectBatchOnFunctionError?: boolean;
  FilterCriteria?: { Filters?: { Pattern: string }[] };
  FunctionResponseTypes?: string[];
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  DestinationConfig?: { OnFailure?: { Destination?: string } };
};

type Endpoints = { dynamodb: string; sqs: string; checkpoints: string };

/** Runs the template's event source mappings: of the table's stream, and of queues. */
export const mappingsOf = (template: Template, references: References, functions: Functions, endpoints: Endpoints) => {
  mkdirSync(endpoints.checkpoints, { recursive: true });
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([logicalId, unresolved]) => {
    const properties = references.resolve<MappingProperties>(unresolved);
    const target = functionOf(functions, properties.FunctionName);
    const reportsItemFailures = properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
    if (properties.EventSourceArn.includes(':sqs:')) {
      const queueArn = properties.EventSourceArn;
      return runQueueMapping(endpoints.sqs, {
        queueUrl: queueUrl(endpoints.sqs, queueArn),
        queueArn,
        target,
        batchSize: properties.BatchSize ?? 10,
        reportsItemFailures,
      });
    }
    const deadLetters = properties.DestinationConfig?.OnFailure?.Destination;
    return runStreamMapping(
      endpoints.dynamodb,
      {
        streamArn: properties.EventSourceArn,
        target,
        batchSize: properties.BatchSize ?? 100,
        patterns: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as Pattern),
        reportsItemFailures,
        bisects: properties.BisectBatchOnFunctionError ?? false,
        maximumRetryAttempts: properties.MaximumRetryAttempts ?? -1,
        maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds ?? -1,
        ...(deadLetters && { onFailure: sender(endpoints.sqs, deadLetters) }),
      },
      join(endpoints.checkpoints, `${logicalId}.json`),
    );
  });
};

const queueUrl = (endpoint: string, queueArn: string): string => {
  const [account = '', name = ''] = queueArn.split(':').slice(-2);
  return `${endpoint}/${account}/${name}`;
};

const sender = (endpoint: string, queueArn: string) => {
  const client = new SQSClient({ ...localAws, endpoint });
  return async (account: object): Promise<void> => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl(endpoint, queueArn), MessageBody: JSON.stringify(account) }),
    );
  };
};
