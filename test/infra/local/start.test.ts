import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { localAccount, localAws } from '../../../infra/local/aws.ts';
import { answers } from '../../../infra/local/dynamodb.ts';
import { type RunningStack, type StackOptions, startStack } from '../../../infra/local/start.ts';
import { env } from '../../../lib/env.ts';
import { admits, integrationOfRoutingKey } from '../../../lib/pager/credential.ts';
import type { Integration } from '../../../lib/pager/integration.ts';
import { readIntegration, replaceIntegration } from '../../../lib/store/integrations.ts';
import { givenDirectory } from '../../support/bundle.ts';
import { givenAssembly } from '../../support/small-assembly.ts';
import { until } from '../../support/until.ts';

const start = async (options: Partial<StackOptions> & Pick<StackOptions, 'data'>): Promise<RunningStack> => {
  const stack = await startStack({ assembly: givenAssembly(), port: 0, ...options });
  onTestFinished(stack.stop);
  return stack;
};

const note = async ({ url }: RunningStack, body: string): Promise<void> => {
  const answer = await fetch(`${url}/notes`, { method: 'POST', body });
  expect(await answer.json()).toEqual({ noted: body });
};
const notes = async ({ url }: RunningStack): Promise<string[]> =>
  (await fetch(`${url}/notes`)).json() as Promise<string[]>;

/** What the operator's queue holds, taken out of it. */
const told = async ({ sqs: { endpoint, queues } }: RunningStack): Promise<string[]> => {
  const client = new SQSClient({ ...localAws, endpoint });
  const QueueUrl = queues.hitl;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body).Message);
};

const untilTold = async (stack: RunningStack, ...wanted: string[]): Promise<void> => {
  const seen = new Set<string>();
  await until(async () => {
    for (const each of await told(stack)) seen.add(each);
    return wanted.every((each) => seen.has(each));
  });
};

test('given a template, when it is started, then its routes, functions, table, stream, topics and queues work together', async () => {
  const data = givenDirectory();
  const lines: string[] = [];
  const stack = await start({ data, told: (line) => lines.push(line) });
  await note(stack, 'one');
  expect(await notes(stack)).toEqual(['one']);
  await untilTold(stack, 'one');
  const files = readdirSync(join(data, 'outbox'));
  expect(files.map((name) => name.replaceAll(/^[^-]+-|-[0-9a-f-]+\.txt$/g, ''))).toEqual(['hitl-email', 'hitl-sms']);
  expect(readFileSync(join(data, 'outbox', files[1] ?? ''), 'utf8')).toBe('Operator> one');
  expect(lines).toContainEqual(expect.stringMatching(/^POST \/notes 200 \d+ ms$/));
  expect(lines).toContainEqual(expect.stringMatching(/^published to hitl: /));
});

test('given a running stack, when its file is read, then it says how to call it, to its owner only, until it is stopped', async () => {
  const data = givenDirectory();
  const stack = await start({ data });
  const path = join(data, 'stack.json');
  const file = JSON.parse(readFileSync(path, 'utf8'));
  expect(file).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    tokens: {
      '@pm': expect.stringMatching(/^atp_pm_/),
      '@dev': expect.stringMatching(/^atp_dev_/),
      '@operator': expect.stringMatching(/^atp_operator_/),
      '@qa': expect.stringMatching(/^atp_qa_/),
      '@sre': expect.stringMatching(/^atp_sre_/),
      'dev-2': expect.stringMatching(/^atp_dev_/),
    },
    routingKey: expect.stringMatching(/^[a-z0-9]{32}$/),
    dynamodb: { endpoint: expect.stringMatching(/^http:/), table: 'small-Table' },
    sns: {
      endpoint: expect.stringMatching(/^http:/),
      topics: {
        directives: 'arn:aws:sns:us-east-1:000000000000:Directives',
        hitl: 'arn:aws:sns:us-east-1:000000000000:Hitl',
      },
    },
    sqs: {
      endpoint: expect.stringMatching(/^http:/),
      queues: { directives: expect.stringMatching(/\/directives$/), hitl: expect.stringMatching(/\/hitl$/) },
    },
    ssm: { endpoint: expect.stringMatching(/^http:/), prefix: '/small/integrations', webhooks: '/small/webhooks' },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  for (const name of ['tokens.json', 'routing-key.json']) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600);
  await stack.stop();
  expect(existsSync(path)).toBe(false);
});

test('given notes, tokens and a notice that SNS refused, when the stack is stopped and started, then nothing is lost', async () => {
  const data = givenDirectory();
  const first = await start({ data });
  await note(first, 'one');
  await untilTold(first, 'one');
  first.messaging.refusePublications(true);
  await note(first, 'two');
  await first.stop();

  const second = await start({ data });
  expect(second.tokens).toEqual(first.tokens);
  expect(second.routingKey).toBe(first.routingKey);
  expect((await notes(second)).toSorted()).toEqual(['one', 'two']);
  await untilTold(second, 'two');
});

test('given a function that is subscribed to a topic, when something is published there, then it is invoked as by SNS', async () => {
  const lines: string[] = [];
  const stack = await start({ data: givenDirectory(), told: (line) => lines.push(line) });
  const sns = new SNSClient({ ...localAws, endpoint: stack.sns.endpoint });
  const TopicArn = `arn:aws:sns:us-east-1:${localAccount}:alarms`;
  await sns.send(new PublishCommand({ TopicArn, Subject: 'ALARM', Message: 'one' }));
  await untilTold(stack, JSON.stringify(['aws:sns', 'Notification', TopicArn, 'ALARM', 'one']));
  const Message = JSON.stringify({ default: 'to all', lambda: 'to functions' });
  await sns.send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json' }));
  await untilTold(stack, JSON.stringify(['aws:sns', 'Notification', TopicArn, null, 'to functions']));
  await sns.send(new PublishCommand({ TopicArn, Message: 'fail' }));
  await until(() => lines.some((line) => line.startsWith(`Hear failed on a message of ${TopicArn}`)));
});

const tableOf = ({ dynamodb: { endpoint, table } }: RunningStack) => ({
  client: DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint })),
  name: table,
});

test("given the stack's own integration, when it is looked up, then it opens hotfixes; and revoked, then another is made", async () => {
  const data = givenDirectory();
  const first = await start({ data });
  const id = integrationOfRoutingKey(first.routingKey ?? '') ?? '';
  const integration = await readIntegration<Integration>(tableOf(first), id);
  expect(integration).toMatchObject({ source: 'events', service: 'local', environment: 'production', role: '@dev' });
  expect(admits(integration, first.routingKey ?? '', Date.now())).toBe(true);
  const revokedAt = new Date().toISOString();
  await replaceIntegration(tableOf(first), integration, { ...integration, revokedAt });
  await first.stop();

  const second = await start({ data });
  expect(second.routingKey).toMatch(/^[a-z0-9]{32}$/);
  expect(second.routingKey).not.toBe(first.routingKey);
});

test('given a parameter, when a function looks for Parameter Store, then it is the one of the stack, which keeps it', async () => {
  const data = givenDirectory();
  const first = await start({ data });
  const variables = (await (await fetch(`${first.url}/environment`)).json()) as Record<string, string>;
  expect(variables.AWS_ENDPOINT_URL_SSM).toBe(first.ssm?.endpoint);
  const ssm = ({ ssm }: RunningStack) => new SSMClient({ ...localAws, endpoint: ssm?.endpoint });
  await ssm(first).send(new PutParameterCommand({ Name: '/small/one', Type: 'SecureString', Value: 'kept' }));
  await first.stop();
  const { Parameter } = await ssm(await start({ data })).send(
    new GetParameterCommand({ Name: '/small/one', WithDecryption: true }),
  );
  expect(Parameter?.Value).toBe('kept');
});

/** Sends to the queue that a function works off. */
const send = async ({ sqs: { endpoint } }: RunningStack, MessageBody: string, DelaySeconds = 0): Promise<void> => {
  const client = new SQSClient({ ...localAws, endpoint });
  const QueueUrl = `${endpoint}/${localAccount}/Later`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
};

test('given messages that wait for their time, when the stack is stopped and started, then they come', async () => {
  const data = givenDirectory();
  const first = await start({ data });
  await send(first, 'when the stack is down', 1);
  await send(first, 'when it is up again', 4);
  await first.stop();
  await untilTold(await start({ data }), 'when the stack is down', 'when it is up again');
});

test('given a message that is worked on, when the stack is stopped and started, then it is worked on again soon', async () => {
  const data = givenDirectory();
  const rings = () => readFileSync(join(data, 'functions.log'), 'utf8').split('ringing hang').length - 1;
  const first = await start({ data });
  await send(first, 'hang');
  await until(() => rings() === 1);
  await first.stop();
  await start({ data });
  await until(() => rings() === 2);
});

test('given a function that hangs, when the stack is stopped, then it does not wait, and nothing of it answers', async () => {
  const data = givenDirectory();
  const stack = await start({ data });
  await note(stack, 'hang');
  await until(() => readFileSync(join(data, 'functions.log'), 'utf8').includes('hanging'));
  const { endpoint } = stack.dynamodb;
  await stack.stop();
  await expect(fetch(stack.url)).rejects.toThrow();
  await expect(fetch(stack.sns.endpoint)).rejects.toThrow();
  await expect(answers(endpoint, 0)).rejects.toThrow('no DynamoDB answers');
});

test('given several stacks, when they run at once, then they share nothing', async () => {
  const assembly = givenAssembly();
  const stacks = await Promise.all([1, 2].map(() => start({ assembly, data: givenDirectory() })));
  const [one, other] = stacks;
  if (!one || !other) throw new Error('there are two');
  await note(one, 'of the first');
  await untilTold(one, 'of the first');
  expect(await notes(other)).toEqual([]);
  expect(await told(other)).toEqual([]);
});

test('given a port in use, when a stack is to have it, then one line says so, and its directory is free again', async () => {
  const first = await start({ data: givenDirectory() });
  const port = Number(new URL(first.url).port);
  const data = givenDirectory();
  await expect(start({ data, port })).rejects.toThrow(`port ${port} is in use: choose another with --port N`);
  await start({ data });
});

test('given a stack on a directory, when another is to have it, then one line says so, fresh or not', async () => {
  const data = givenDirectory();
  const stack = await start({ data });
  await expect(start({ data })).rejects.toThrow(`another stack runs on ${data}: choose another directory`);
  await expect(start({ data, fresh: true })).rejects.toThrow('another stack runs on');
  await note(stack, 'still there');
});

test('given what an earlier stack left, when a fresh one starts, then it is forgotten, and nothing else is', async () => {
  const data = givenDirectory();
  const first = await start({ data });
  await note(first, 'one');
  await untilTold(first, 'one');
  await first.stop();
  writeFileSync(join(data, 'mine.txt'), 'mine');

  const second = await start({ data, fresh: true });
  expect(await notes(second)).toEqual([]);
  expect(second.tokens['@pm']).not.toBe(first.tokens['@pm']);
  expect(second.routingKey).not.toBe(first.routingKey);
  expect(existsSync(join(data, 'outbox'))).toBe(false);
  expect(readFileSync(join(data, 'mine.txt'), 'utf8')).toBe('mine');
});

describe('given a broken file', () => {
  test.each([
    ['stack.json', /stack\.json is broken: delete it, or start with --fresh$/],
    ['tokens.json', /tokens\.json is broken: delete it, and new tokens are made$/],
    ['routing-key.json', /routing-key\.json is broken: delete it, and a new routing key is made$/],
    ['parameters.json', /parameters\.json is broken: delete it, and rotate the integrations that sign$/],
    ['dynamodb.sqlite', /dynamodb\.sqlite: .*--fresh forgets the file$/],
    ['messaging/fauxqs.db', /messaging: file is not a database; --fresh forgets it$/],
    ['checkpoints/Stream.json', /checkpoints\/Stream\.json is broken: delete it/],
  ])('when it is %s, then one line names it and the way out', async (name, message) => {
    const data = givenDirectory();
    await (await start({ data })).stop();
    writeFileSync(join(data, name), 'this is no file of that kind '.repeat(300));
    const failing = start({ data });
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.not.toThrow('\n');
    await start({ data, fresh: true });
  });
});

test('given a bundle that is missing, when the stack starts, then one line names it', async () => {
  const assembly = givenAssembly();
  rmSync(join(assembly, 'tell'), { recursive: true });
  await expect(start({ assembly, data: givenDirectory() })).rejects.toThrow(
    `the bundle ${join(assembly, 'tell')} is missing: run npm run synth`,
  );
});

describe('given a mapping beside that of the stream', () => {
  /** Like the first, but for its filter. */
  const besideIt = (overridden: object): string => {
    const assembly = givenAssembly();
    const path = join(assembly, 'Small.template.json');
    const { Resources } = JSON.parse(readFileSync(path, 'utf8'));
    const { FilterCriteria: _, ...Properties } = Resources.Stream.Properties;
    Resources.Beside = { ...Resources.Stream, Properties: { ...Properties, ...overridden } };
    writeFileSync(path, JSON.stringify({ Resources }));
    return assembly;
  };

  test.each([
    ['by its name', {}],
    ['by its ARN', { FunctionName: { 'Fn::GetAtt': ['Tell', 'Arn'] } }],
    ['by a mapping that is disabled', { Enabled: false }],
  ])('when it brings the stream to the same function, %s, then the stack refuses it as Lambda does', async (_, of) => {
    const failing = start({ assembly: besideIt(of), data: givenDirectory() });
    await expect(failing).rejects.toThrow(
      /^Lambda refuses Beside of the template: Stream maps arn:aws:dynamodb:[^ ]+ to Tell already$/,
    );
  });

  test('when it brings the stream to another function, then the stack runs', async () => {
    await start({ assembly: besideIt({ FunctionName: { Ref: 'Hear' } }), data: givenDirectory() });
  });
});

test('given deadlines to be set otherwise, when functions run, then those have them to which the template gives any', async () => {
  const { url } = await start({ data: givenDirectory(), timeouts: { acknowledgement: 7, fix: 60, review: 5 } });
  const variables = (await (await fetch(`${url}/environment`)).json()) as Record<string, string>;
  expect(JSON.parse(variables[env.timeouts] ?? '')).toEqual({ acknowledgement: 7, fix: { hotfix: 60, emergency: 60 } });
  expect(variables).not.toHaveProperty('PATH');
});

describe('given a DynamoDB that already runs', () => {
  const dynamodb = () => inject('dynamodb');

  test('when a stack uses it, then it outlives the stack, and the next one on the same directory finds all again', async () => {
    const data = givenDirectory();
    const first = await start({ data, dynamodb: dynamodb() });
    expect(first.dynamodb.endpoint).toBe(dynamodb());
    await note(first, 'one');
    await first.stop();
    const second = await start({ data, dynamodb: dynamodb() });
    expect(await notes(second)).toEqual(['one']);
    expect(second.tokens).toEqual(first.tokens);
    await second.stop();
    expect(await notes(await start({ data, dynamodb: dynamodb(), fresh: true }))).toEqual([]);
  });

  test('when stacks on two directories use it, then each has a table of its own', async () => {
    const one = await start({ data: givenDirectory(), dynamodb: dynamodb() });
    const other = await start({ data: givenDirectory(), dynamodb: dynamodb() });
    expect(one.dynamodb.table).not.toBe(other.dynamodb.table);
  });
});
