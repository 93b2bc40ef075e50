import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EnvName, env } from '../../lib/env.ts';
import { apiOf } from './api.ts';
import { localAws } from './aws.ts';
import { deployFunctions, type Functions, functionNamed, variableOf } from './deployment.ts';
import { type Engine, startEngine, useEngine } from './dynamodb.ts';
import { runMappings } from './event-source-mappings.ts';
import type { LocalFunction } from './functions.ts';
import { type Gateway, serveApi } from './gateway.ts';
import { type Messaging, startMessaging } from './messaging.ts';
import { makeQueue, makeResources, queueUrlOf } from './resources.ts';
import { readStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { loadTemplate } from './template.ts';
import { ensureTokens } from './tokens.ts';

export type StackOptions = {
  /** Directory of the cloud assembly. */
  assembly: string;
  /** Data directory. */
  data: string;
  /** 0 for any free one. */
  port: number;
  /** Forget what is in the data directory. */
  fresh?: boolean;
  /** Endpoint of a DynamoDB that already runs. */
  dynamodb?: string;
  /** Environment variables of the functions, in place of what the template gives. */
  overrides?: Partial<Record<EnvName, string>>;
  /** One line for each request and each publication. */
  told?: (line: string) => void;
};

export type RunningStack = StackFile & {
  data: string;
  /** A function by the beginning of its logical id (`OutboxNotify`), to be restarted. */
  functionNamed: (logicalId: string) => LocalFunction;
  messaging: Messaging;
  stop: () => Promise<void>;
};

/** Runs the template of a cloud assembly with the bundles it names. Whatever was started is stopped if it cannot. */
export const startStack = async (options: StackOptions): Promise<RunningStack> => {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()?.();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  options: StackOptions,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningStack> => {
  const { assembly, port, overrides = {}, told = () => undefined } = options;
  const data = resolve(options.data);
  if (options.fresh) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const earlier = readStackFile(data);
  const template = loadTemplate(assembly);

  const { dynamodb } = options;
  const engine: Engine = await (dynamodb ? useEngine(dynamodb) : startEngine(join(data, 'dynamodb.sqlite')));
  stops.push(engine.stop);
  void engine.lost.then((reason) => told(`${reason}; every call fails until the stack is started anew`));
  const topicNames = new Map<string, string>();
  const messaging = await startMessaging({
    dataDirectory: data,
    topicName: (arn) => topicNames.get(arn) ?? arn.split(':').at(-1) ?? arn,
    told: (topic, messageId) => told(`published to ${topic}: ${messageId}`),
  });
  stops.push(messaging.stop);
  const references = await makeResources(template, engine.endpoint, messaging);

  const logs = createWriteStream(join(data, 'functions.log'), { flags: 'a' });
  const functions = deployFunctions(template, references, { ...endpointsOf(engine, messaging), ...overrides }, logs);
  stops.push(async () => {
    await Promise.all([...functions.values()].map((each) => each.restart()));
    logs.end();
  });
  const topics = topicsOf(functions);
  for (const [name, arn] of Object.entries(topics)) {
    topicNames.set(arn, name);
    makeQueue(messaging, name);
    messaging.emulator.subscribe({ topic: arn.split(':').at(-1) ?? '', queue: name });
  }
  const gateway: Gateway = await serveApi(
    apiOf(template, references, functions),
    port,
    ({ method, path, status, milliseconds }) => told(`${method} ${path} ${status} ${milliseconds.toFixed(0)} ms`),
  );
  stops.push(gateway.close);
  const mappings = runMappings(template, references, functions, {
    dynamodb: engine.endpoint,
    sqs: messaging.endpoint,
    checkpoints: join(data, 'checkpoints'),
    told,
  });
  stops.push(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop()));
  });

  const table = variableOf(functions, env.table);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint: engine.endpoint }));
  const file: StackFile = {
    url: gateway.url,
    tokens: await ensureTokens(client, table, earlier?.tokens ?? {}),
    dynamodb: { endpoint: engine.endpoint, table },
    sns: { endpoint: messaging.endpoint, topics },
    sqs: {
      endpoint: messaging.endpoint,
      queues: { directives: queueUrlOf(messaging, 'directives'), hitl: queueUrlOf(messaging, 'hitl') },
    },
  };
  writeStackFile(data, file);
  return { ...file, data, functionNamed: (logicalId) => functionNamed(functions, logicalId), messaging, stop };
};

const endpointsOf = (engine: Engine, messaging: Messaging): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  AWS_ENDPOINT_URL_SNS: messaging.endpoint,
  AWS_ENDPOINT_URL_SQS: messaging.endpoint,
  AWS_ENDPOINT_URL_S3: messaging.s3Endpoint,
});

const topicsOf = (functions: Functions): { directives: string; hitl: string } => ({
  directives: variableOf(functions, env.directivesTopic),
  hitl: variableOf(functions, env.hitlTopic),
});
