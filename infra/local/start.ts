import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EnvName, env } from '../../lib/env.ts';
import { localAws } from './aws.ts';
import { type Engine, startEngine, useEngine } from './dynamodb.ts';
import { LocalFunction } from './functions.ts';
import { type Gateway, serveApi } from './gateway.ts';
import { apiOf, mappingsOf } from './integrations.ts';
import { type Messaging, startMessaging } from './messaging.ts';
import { makeQueue, makeResources, queueUrlOf } from './resources.ts';
import { readStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { loadTemplate, type Properties, type References, resourcesOf, type Template } from './template.ts';
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
  const functions = functionsOf(template, references, { ...endpointsOf(engine, messaging), ...overrides }, logs);
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
  const mappings = mappingsOf(template, references, functions, {
    dynamodb: engine.endpoint,
    sqs: messaging.endpoint,
    checkpoints: join(data, 'checkpoints'),
  });
  stops.push(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop()));
  });

  const table = environmentValue(functions, env.table);
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
  return { ...file, data, functionNamed: (logicalId) => named(functions, logicalId), messaging, stop };
};

const endpointsOf = (engine: Engine, messaging: Messaging): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  AWS_ENDPOINT_URL_SNS: messaging.endpoint,
  AWS_ENDPOINT_URL_SQS: messaging.endpoint,
  AWS_ENDPOINT_URL_S3: messaging.s3Endpoint,
});

const functionsOf = (
  template: Template,
  references: References,
  given: Record<string, string>,
  logs: Writable,
): Map<string, LocalFunction> =>
  new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, properties]) => {
      const arn = `arn:aws:lambda:${localAws.region}:000000000000:function:${logicalId}`;
      references.add(logicalId, logicalId, { Arn: arn });
      const { Code, Handler, Timeout, Environment } = properties as {
        Code: { S3Key: unknown };
        Handler: string;
        Timeout?: number;
        Environment?: { Variables?: Properties };
      };
      const own = references.resolve<Record<string, string>>(Environment?.Variables ?? {});
      const directory = template.assetDirectory(references.resolve<string>(Code.S3Key));
      if (!existsSync(directory)) throw new Error(`the bundle ${directory} is missing: run npm run synth`);
      const spec = {
        name: logicalId,
        directory,
        handler: Handler,
        timeoutSeconds: Timeout ?? 3,
        environment: { ...runtimeOf(logicalId), ...own, ...overriding(own, given) },
      };
      return [arn, new LocalFunction(spec, logs)];
    }),
  );

/** Variables that Lambda itself sets. */
const runtimeOf = (name: string): Record<string, string> => ({
  AWS_REGION: localAws.region,
  AWS_DEFAULT_REGION: localAws.region,
  AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
  AWS_LAMBDA_FUNCTION_NAME: name,
  TZ: ':UTC',
});

/** An override replaces what the template gives a function; it gives a function nothing that the template does not. */
const overriding = (own: Record<string, string>, given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => name in own || name.startsWith('AWS_ENDPOINT_URL_')));

const environmentValue = (functions: Map<string, LocalFunction>, name: EnvName): string => {
  for (const { spec } of functions.values()) {
    const value = spec.environment[name];
    if (value !== undefined) return value;
  }
  throw new Error(`no function of the template has the variable ${name}`);
};

const topicsOf = (functions: Map<string, LocalFunction>): { directives: string; hitl: string } => ({
  directives: environmentValue(functions, env.directivesTopic),
  hitl: environmentValue(functions, env.hitlTopic),
});

const named = (functions: Map<string, LocalFunction>, logicalId: string): LocalFunction => {
  for (const each of functions.values()) if (each.spec.name.startsWith(logicalId)) return each;
  throw new Error(`the template has no function ${logicalId}`);
};
