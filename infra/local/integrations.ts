import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from './aws.ts';
import type { Functions } from './deployment.ts';
import type { Pattern } from './filter.ts';
import type { LocalFunction } from './functions.ts';
import type { Api } from './gateway.ts';
import { runQueueMapping } from './queue-mapping.ts';
import type { Route } from './routes.ts';
import { runStreamMapping } from './stream-mapping.ts';
import { type References, resourcesOf, type Template } from './template.ts';

const functionOf = (functions: Functions, reference: string): LocalFunction => {
  const found = [...functions].find(
    ([arn, { spec }]) => reference === arn || reference === spec.name || reference.includes(`${arn}/`),
  );
  if (!found) throw new Error(`the template invokes ${reference}, which is no function of it`);
  return found[1];
};

/** Most that an HTTP API waits for a function (API Gateway quotas), and what it waits where the template does not say. */
const INTEGRATION_TIMEOUT_MS = 30_000;

type IntegrationProperties = { IntegrationUri: unknown; TimeoutInMillis?: number };
type StageProperties = {
  DefaultRouteSettings?: { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number };
};

/** Routes of the template's HTTP API with its stage's throttle. */
export const apiOf = (template: Template, references: References, functions: Functions): Api => {
  const integrations = new Map<string, Omit<Route, 'key'>>();
  for (const [logicalId, properties] of resourcesOf(template, 'AWS::ApiGatewayV2::Integration')) {
    const { IntegrationUri, TimeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = properties as IntegrationProperties;
    references.add(logicalId, logicalId);
    const target = functionOf(functions, references.resolve(IntegrationUri));
    integrations.set(`integrations/${logicalId}`, { target, timeoutMs });
  }
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { RouteKey, Target }]): Route => {
    const integration = integrations.get(references.resolve(Target));
    if (!integration) throw new Error(`the route ${String(RouteKey)} leads to no integration of the template`);
    return { key: String(RouteKey), ...integration };
  });
  const [, stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage')[0] ?? [];
  const { DefaultRouteSettings = {} } = (stage ?? {}) as StageProperties;
  const { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit } = DefaultRouteSettings;
  return {
    routes,
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
