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
import { openGateway } from './gateway.ts';
import { type Messaging, startMessaging } from './messaging.ts';
import type { Topic } from './outbox.ts';
import { serveParameters } from './parameters.ts';
import { forgetTables, makeQueue, makeResources, suffixOf } from './resources.ts';
import { readStackFile, removeStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { subscribeQueue } from './subscriptions.ts';
import { loadTemplate, type References, resourcesOf, type Template } from './template.ts';
import type { GivenTimeouts } from './timeouts.ts';

/** What a stack runs or emulates of AWS: SNS and SQS have one endpoint. */
export type AwsService = 'dynamodb' | 'messaging' | 's3' | 'ssm';

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
  /** Something to stand before an AWS service: gets its endpoint, and answers the one that all others are given. */
  before?: (endpoint: string, service: AwsService) => Promise<string>;
  /** The functions sign their requests with their logical ids, so that whoever stands before a service can tell them apart. */
  signsByName?: boolean;
  /** One line for each request, each publication and each batch that failed. */
  told?: (line: string) => void;
};

export type RunningStack = StackFile & {
  data: string;
  /** A function by the beginning of its logical id (`OutboxNotify`), to be restarted. */
  functionNamed: (logicalId: string) => LocalFunction;
  messaging: Messaging;
  /** What the template's references resolve to here. */
  references: References;
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
  const { assembly, port, timeouts = {}, digestInterval, webhooks = false, signsByName = false } = options;
  const { before = async (endpoint) => endpoint, told = () => undefined } = options;
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
  const emulated = await startMessaging({
    dataDirectory: directory.path,
    topicOf: (arn) => topics.get(arn) ?? { name: arn.split(':').at(-1) ?? arn },
    published: (publication, messageId) => deliver(subscriptions, publication, messageId, told),
    told,
  });
  stops.push(emulated.stop);
  const messaging = { ...emulated, endpoint: await before(emulated.endpoint, 'messaging') };
  const parameters = await serveParameters(directory.parameters);
  stops.push(parameters.stop);
  const tables = { endpoint: engine.endpoint, ...(options.dynamodb && { suffix: suffixOf(directory.path) }) };
  const references = await makeResources(template, tables, messaging);

  const gateway = await openGateway(port, (answered) =>
    told(`${answered.method} ${answered.path} ${answered.status} ${answered.milliseconds.toFixed(0)} ms`),
  );
  stops.push(gateway.close);
  for (const [logicalId] of resourcesOf(template, 'AWS::ApiGatewayV2::Api'))
    references.add(logicalId, logicalId, { ApiEndpoint: gateway.url });

  const logs = openLog(directory.logs);
  stops.push(logs.close);
  const given = {
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: await before(engine.endpoint, 'dynamodb'),
      AWS_ENDPOINT_URL_SNS: messaging.endpoint,
      AWS_ENDPOINT_URL_SQS: messaging.endpoint,
      AWS_ENDPOINT_URL_S3: await before(messaging.s3Endpoint, 's3'),
      AWS_ENDPOINT_URL_SSM: await before(parameters.endpoint, 'ssm'),
    },
    signsByName,
    timeouts,
    webhooks,
    digestInterval,
  };
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
  gateway.serve(apiOf(template, references, functions));
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
  return { ...running, data, functionNamed: (logicalId) => functionNamed(functions, logicalId), messaging, references };
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
