/** The stack such functions usually have: document client, middy, the whole of zod, and Powertools to log, count and trace. */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { z } from 'zod';

const logger = new Logger({ serviceName: 'usual' });
const metrics = new Metrics({ namespace: 'Cold', serviceName: 'usual' });
const tracer = new Tracer({ serviceName: 'usual' });
const client = DynamoDBDocumentClient.from(tracer.captureAWSv3Client(new DynamoDBClient({})));
const body = z.strictObject({
  read: z.custom<BatchGetCommandInput>(),
  write: z.custom<TransactWriteCommandInput>(),
  atpId: z.string().min(1).max(64),
  notes: z.string().max(4_000).optional(),
});

const answer = async (event: { body: string }): Promise<{ statusCode: number }> => {
  const { read, write } = body.parse(JSON.parse(event.body));
  await client.send(new BatchGetCommand(read));
  await client.send(new TransactWriteCommand(write));
  logger.info('done');
  metrics.addMetric('Done', 'Count', 1);
  return { statusCode: 200 };
};

export const handler = middy<{ body: string }>()
  .use(captureLambdaHandler(tracer))
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(answer);
