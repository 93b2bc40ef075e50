import { apiOf } from './api.ts';
import { notRun, refuseUnknown } from './coverage.ts';
import { type DataDirectory, takeDirectory } from './data-directory.ts';
import { deployFunctions, functionNamed } from './deployment.ts';
import { describeStack, prefixOf, topicArnsOf, topicsOf } from './describe.ts';
import { type Engine, startEngine, useEngine } from './dynamodb.ts';
import { runMappings } from './event-source-mappings.ts';
import { openLog } from './function-log.ts';
import { deliver, type FunctionSubscription, functionSubscriptionsOf } from './function-subscriptions.ts';
import type { LocalFunction } from './functions.ts';
import { serveApi } from './gateway.ts';
import { type Messaging, startMessaging } from './messaging.ts';
import type { Topic } from './outbox.ts';
import { type Parameters, serveParameters } from './parameters.ts';
import { forgetTables, makeQueue, makeResources, suffixOf } from './resources.ts';
import { readStackFile, removeStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { subscribeQueue } from './subscriptions.ts';
import { loadTemplate, type Template } from './template.ts';
import type { GivenTimeouts } from './timeouts.ts';

export type StackOptions = {
  /** Directory of the cloud assembly. */
  assembly: string;
  /** Data directory. */
  data: string;
  /** 0 for any free one. */
  port: number;
  /** Forget what is in the data directory, and the table of an earlier run with the same `dynamodb`. */
  fresh?: boolean;
  /** Endpoint of a DynamoDB that already runs. */
  dynamodb?: string;
  /** Seconds of the deadlines, in place of what the template gives. */
  timeouts?: GivenTimeouts;
  /** Seconds between two digests, in place of what the template gives. */
  digestInterval?: number | undefined;
  /** Turns webhooks on, whatever the template says, and lets them call this machine. */
  webhooks?: boolean;
  /** Something to stand before SNS and SQS: gets their endpoint, and answers the one that all others are given. */
  messagingBehind?: (endpoint: string) => Promise<string>;
  /** One line for each request, each publication and each batch that failed. */
  told?: (line: string) => void;
};

export type RunningStack = StackFile & {
  data: string;
  /** A function by the beginning of its logical id (`OutboxNotify`), to be restarted. */
  functionNamed: (logicalId: string) => LocalFunction;
  messaging: Messaging;
  stop: () => Promise<void>;
};

/** As the stack's own queues subscribe (infra/notifications.ts). */
const toMachines = { FilterPolicy: JSON.stringify({ channels: ['machine'] }) };

type Stops = (() => unknown)[];

/** Runs the template of a cloud assembly with the bundles it names. Whatever was started is stopped if it cannot. */
export const startStack = async (options: StackOptions): Promise<RunningStack> => {
  const stops: Stops = [];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()?.();
  };
  try {
    const { data, fresh = false } = options;
    const directory = takeDirectory(data, { fresh });
    stops.push(directory.release);
    return { ...(await start(options, directory, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  options: StackOptions,
  directory: DataDirectory,
  stops: Stops,
): Promise<Omit<RunningStack, 'stop'>> => {
  const { assembly, port, timeouts = {}, digestInterval, webhooks = false, messagingBehind } = options;
  const { told = () => undefined } = options;
  const template = loadTemplate(assembly);
  refuseUnknown(template);
  for (const line of notRun(template)) told(line);
  readStackFile(directory.path);
  removeStackFile(directory.path);

  const engine = await openEngine(options, template, directory);
  stops.push(engine.stop);
  void engine.lost.then((reason) => told(`${reason}; every call fails until the stack is started anew`));
  const topics = new Map<string, Topic>();
  const subscriptions: FunctionSubscription[] = [];
  const started = await startMessaging({
    dataDirectory: directory.path,
    topicOf: (arn) => topics.get(arn) ?? { name: arn.split(':').at(-1) ?? arn },
    published: (publication, messageId) => deliver(subscriptions, publication, messageId, told),
    told,
  });
  stops.push(started.stop);
  const messaging = messagingBehind ? { ...started, endpoint: await messagingBehind(started.endpoint) } : started;
  const parameters = await serveParameters(directory.parameters);
  stops.push(parameters.stop);
  const tables = { endpoint: engine.endpoint, ...(options.dynamodb && { suffix: suffixOf(directory.path) }) };
  const references = await makeResources(template, tables, messaging);

  const logs = openLog(directory.logs);
  stops.push(logs.close);
  const given = { endpoints: endpointsOf(engine, messaging, parameters), timeouts, webhooks, digestInterval };
  const functions = deployFunctions(template, references, given, logs);
  const createTopic = (name: string) => void messaging.emulator.createTopic(name);
  subscriptions.push(...functionSubscriptionsOf(template, references, functions, createTopic));
  const arns = topicArnsOf(functions);
  for (const [arn, topic] of topicsOf(template, references, arns)) topics.set(arn, topic);
  for (const [name, arn] of Object.entries(arns))
    await subscribeQueue(messaging.endpoint, arn, await makeQueue(messaging, name), toMachines);

  const ssm = {
    endpoint: parameters.endpoint,
    prefix: prefixOf(functions, template),
    webhooks: prefixOf(functions, template, 'webhooks'),
  };
  const file = { ...(await describeStack(engine, messaging, functions, directory)), ssm };
  const endFunctions = () => Promise.all([...functions.values()].map((each) => each.end()));
  stops.push(endFunctions);
  const gateway = await serveApi(apiOf(template, references, functions), port, (answered) =>
    told(`${answered.method} ${answered.path} ${answered.status} ${answered.milliseconds.toFixed(0)} ms`),
  );
  stops.push(gateway.close);
  const mappings = runMappings(template, references, functions, {
    dynamodb: engine.endpoint,
    sqs: messaging.endpoint,
    checkpoints: directory.checkpoints,
    webhooks,
    told,
  });
  // A mapping waits for its call, and a call may take long: it ends with its environment.
  stops.push(() => Promise.all([...mappings.map((mapping) => mapping.stop()), endFunctions()]));
  const running: StackFile = { url: gateway.url, ...file };
  writeStackFile(directory.path, running);
  stops.push(() => removeStackFile(directory.path));
  const { path: data } = directory;
  return { ...running, data, functionNamed: (logicalId) => functionNamed(functions, logicalId), messaging };
};

const openEngine = async (
  { dynamodb, fresh }: StackOptions,
  template: Template,
  directory: DataDirectory,
): Promise<Engine> => {
  if (!dynamodb) return startEngine(directory.engine);
  const engine = await useEngine(dynamodb);
  if (fresh) await forgetTables(template, { endpoint: dynamodb, suffix: suffixOf(directory.path) });
  return engine;
};

const endpointsOf = (engine: Engine, messaging: Messaging, parameters: Parameters): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  AWS_ENDPOINT_URL_SNS: messaging.endpoint,
  AWS_ENDPOINT_URL_SQS: messaging.endpoint,
  AWS_ENDPOINT_URL_S3: messaging.s3Endpoint,
  AWS_ENDPOINT_URL_SSM: parameters.endpoint,
});
