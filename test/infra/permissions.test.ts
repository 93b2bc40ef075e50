import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { env } from '../../lib/env.ts';
import { type Timeouts, toolNames } from '../../lib/model.ts';
import { named, resourcesOf, SYNTHESIS_MS, synthesized } from '../support/synthesis.ts';
import { temporary } from '../support/temporary.ts';

type Granted = { [resource: string]: string[] };
type Deployed = { granted: Granted; environment: Record<string, unknown> };
type Statement = { Effect: string; Action: string | string[]; Resource: string | string[] };

const LOG = 'its log group';
const log = { [LOG]: ['logs:CreateLogStream', 'logs:PutLogEvents'] };
const write = ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
  (name) => `dynamodb:${name}`,
);
const read = { 'Table.Arn': ['dynamodb:BatchGetItem'] };
const query = ['dynamodb:Query'];
const files = 'ArtifactsBucket.Arn/*';

const defaults: Timeouts = {
  acknowledgement: 300,
  fix: { hotfix: 3_600, emergency: 3_600 },
  verification: 1_800,
  obligation: 900,
  review: { hotfix: 172_800, emergency: 86_400 },
  reminder: 86_400,
  decision: 86_400,
};
const timeouts = { [env.timeouts]: JSON.stringify(defaults), [env.webhooks]: 'false' };
const webhookQueue = { [env.webhookQueue]: 'WebhooksQueue' };
const timerQueue = { [env.timerQueue]: 'TimersQueue' };

const counting = { [env.metricNamespace]: 'HotfixControlPlane' };

const writing: Deployed = {
  granted: { ...log, 'Table.Arn': write },
  environment: { [env.table]: 'Table', ...timeouts, ...counting },
};
const table = { [env.table]: 'Table' };
const reading = { ...table, ...counting };
const bucket = { [env.artifactBucket]: 'ArtifactsBucket' };

const pages = 'ArtifactsBucket.Arn/pages/*';
const paging: Deployed = {
  granted: {
    ...log,
    'Table.Arn': ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    [pages]: ['s3:DeleteObject', 's3:PutObject'],
  },
  environment: { ...reading, ...bucket, ...timeouts },
};
const PREFIX = '/HotfixControlPlane/integrations';
const secrets = `arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter${PREFIX}/*`;
const signing: Deployed = {
  granted: { ...paging.granted, [secrets]: ['ssm:GetParameter'] },
  environment: { ...paging.environment, [env.parameterPrefix]: PREFIX },
};

const KEY_PARAMETER = '/HotfixControlPlane/decisions/signing-key';
const linkKey = `arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter${KEY_PARAMETER}`;
const signed = { [linkKey]: ['ssm:GetParameter', 'ssm:PutParameter'] };
const mailing = {
  [env.publicUrl]: 'Api.ApiEndpoint',
  [env.decisionUrl]: 'Api.ApiEndpoint/decision',
  [env.decisionKey]: KEY_PARAMETER,
};

/** From the stream, and what Lambda gives up of it to the dead letters. */
const handingOver: Granted = {
  ...log,
  'Table.Arn': ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
  'Table.StreamArn': ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
    (name) => `dynamodb:${name}`,
  ),
  'OutboxDeadLetters.Arn': ['sqs:SendMessage'],
};

const workedOff = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'].map((name) => `sqs:${name}`);

/** What each function may do and is told, in full. */
const expected: Record<string, Deployed> = {
  atp_set: writing,
  atp_create: writing,
  atp_change_status: writing,
  atp_close: {
    ...writing,
    granted: { ...writing.granted, 'Table.Arn': write.filter((action) => action !== 'dynamodb:ConditionCheckItem') },
  },
  handoff: writing,
  message_send: writing,
  message_ack: writing,
  checklist_update: writing,
  artifact_create: {
    granted: { ...writing.granted, [files]: ['s3:DeleteObject', 's3:PutObject'] },
    environment: { ...writing.environment, ...bucket },
  },
  atp_get: { granted: { ...log, 'Table.Arn': ['dynamodb:BatchGetItem', ...query] }, environment: reading },
  atp_list: {
    granted: { ...log, ...read, 'Table.Arn/index/created': query, 'Table.Arn/index/status': query },
    environment: reading,
  },
  message_list: {
    granted: { ...log, ...read, 'Table.Arn/index/inbox': query, 'Table.Arn/index/thread': query },
    environment: reading,
  },
  artifact_get: { granted: { ...log, ...read, [files]: ['s3:GetObject'] }, environment: { ...reading, ...bucket } },
  flow_get: { granted: { ...log, ...read }, environment: reading },
  report: {
    granted: { ...log, 'Table.Arn': ['dynamodb:BatchGetItem', ...query], [files]: ['s3:GetObject'] },
    environment: { ...reading, ...bucket },
  },
  mcp: {
    granted: {
      ...log,
      'Table.Arn': [...write, ...query].sort(),
      ...Object.fromEntries(
        ['created', 'status', 'inbox', 'thread'].map((index) => [`Table.Arn/index/${index}`, query]),
      ),
      [files]: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    },
    environment: { ...writing.environment, ...bucket, [env.mcpAllowedOrigins]: '[]' },
  },
  'resource-metadata': { granted: log, environment: {} },
  health: { granted: log, environment: {} },
  openapi: { granted: log, environment: {} },
  board: { granted: log, environment: {} },
  decision: {
    granted: { ...log, 'Table.Arn': paging.granted['Table.Arn'] ?? [], [linkKey]: ['ssm:GetParameter'] },
    environment: { ...reading, ...timeouts, [env.decisionKey]: KEY_PARAMETER },
  },
  'not-found': { granted: log, environment: {} },
  'pager-events': paging,
  'pager-pagerduty': signing,
  'pager-alertmanager': paging,
  'pager-grafana': signing,
  'pager-sns': paging,
  'pager-generic': paging,
  'pager-cloudwatch': {
    granted: {
      ...paging.granted,
      'Table.Arn': ['dynamodb:BatchGetItem', 'dynamodb:PutItem', ...query, 'dynamodb:UpdateItem'],
      'PagersDeadLetters.Arn': ['sqs:SendMessage'],
    },
    environment: paging.environment,
  },
  notify: {
    granted: {
      ...handingOver,
      NotificationsDirectives: ['sns:Publish'],
      NotificationsHitl: ['sns:Publish'],
      'TimersQueue.Arn': ['sqs:SendMessage'],
      ...signed,
    },
    environment: {
      ...reading,
      ...timerQueue,
      [env.directivesTopic]: 'NotificationsDirectives',
      [env.hitlTopic]: 'NotificationsHitl',
      [env.digestInterval]: '10',
      ...mailing,
    },
  },
  'queue-events': {
    granted: { ...handingOver, 'TimersQueue.Arn': ['sqs:SendMessage'], 'WebhooksQueue.Arn': ['sqs:SendMessage'] },
    environment: { ...table, ...timerQueue, ...webhookQueue },
  },
  timer: {
    granted: {
      ...log,
      'Table.Arn': ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      'Table.Arn/index/outbox': query,
      NotificationsDirectives: ['sns:Publish'],
      NotificationsHitl: ['sns:Publish'],
      'TimersQueue.Arn': workedOff,
      ...signed,
    },
    environment: {
      ...reading,
      ...timeouts,
      ...timerQueue,
      [env.directivesTopic]: 'NotificationsDirectives',
      [env.hitlTopic]: 'NotificationsHitl',
      [env.digestInterval]: '10',
      ...mailing,
    },
  },
  webhook: {
    granted: {
      ...log,
      'Table.Arn': ['dynamodb:BatchGetItem', ...query, 'dynamodb:UpdateItem'],
      'WebhooksQueue.Arn': workedOff,
      'WebhooksDeadLetters.Arn': ['sqs:SendMessage'],
      [secrets.replace('integrations', 'webhooks')]: ['ssm:GetParameter'],
    },
    environment: {
      ...table,
      ...webhookQueue,
      [env.webhookDeadLetters]: 'WebhooksDeadLetters',
      [env.parameterPrefix]: '/HotfixControlPlane/webhooks',
    },
  },
};

/** What the requests in a bundle need. Queries are left out: lib-dynamodb's paginators bring them into every bundle. */
const needed: Record<string, string[]> = {
  BatchGetItemCommand: ['dynamodb:BatchGetItem'],
  TransactGetItemsCommand: ['dynamodb:GetItem'],
  TransactWriteItemsCommand: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  UpdateItemCommand: ['dynamodb:UpdateItem'],
  PublishCommand: ['sns:Publish'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  SendMessageCommand: ['sqs:SendMessage'],
  GetParameterCommand: ['ssm:GetParameter'],
  PutParameterCommand: ['ssm:PutParameter'],
};
const isNeeded = (action: string): boolean => Object.values(needed).flat().includes(action);

/** What a request may need elsewhere: a deadline, a page and a decision check no marker of a caller, and a closure ends its turn. */
const spared = (entry: string): string[] =>
  ['timer', 'decision', 'atp_close'].includes(entry) || entry.startsWith('pager-')
    ? ['dynamodb:ConditionCheckItem']
    : [];
/** Where Lambda itself puts what was given up, with the right of the function. */
const deadLetters = ['OutboxDeadLetters.Arn', 'PagersDeadLetters.Arn'];

const into = temporary();
let bundles = '';
const deployed: Record<string, Deployed> = {};

const grantedTo = (role: string, policies: Record<string, { Properties: Record<string, unknown> }>): Granted => {
  const granted: Granted = {};
  for (const { Properties } of Object.values(policies)) {
    const { Roles, PolicyDocument } = named(Properties) as {
      Roles: string[];
      PolicyDocument: { Statement: Statement[] };
    };
    if (!Roles.includes(role)) continue;
    for (const { Effect, Action, Resource } of PolicyDocument.Statement) {
      expect(Effect).toBe('Allow');
      for (const resource of [Resource].flat()) {
        const name = resource === `${role.replace(/Role$/, 'Logs')}.Arn` ? LOG : resource;
        granted[name] = [...(granted[name] ?? []), ...[Action].flat()].sort();
      }
    }
  }
  return granted;
};

beforeAll(async () => {
  const template = await synthesized({}, async () => (bundles = await bundle({ into })));
  const policies = resourcesOf(template, 'AWS::IAM::Policy');
  for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
    expect(role.Properties).toHaveProperty('AssumeRolePolicyDocument');
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role.Properties).not.toHaveProperty('Policies');
  }
  for (const [id, { Properties }] of Object.entries(resourcesOf(template, 'AWS::Lambda::Function'))) {
    const { Role, Environment } = named(Properties) as {
      Role: string;
      Environment?: { Variables: Record<string, unknown> };
    };
    const entry = Object.keys(expected).find((name) =>
      id.toLowerCase().includes(`${name.replace('pager-', 'pagers').replace(/[_-]/g, '')}function`),
    );
    deployed[entry ?? id] = {
      granted: grantedTo(Role.replace(/\.Arn$/, ''), policies),
      environment: Environment?.Variables ?? {},
    };
  }
}, SYNTHESIS_MS);

test('every function there is, is expected here, and no other', () => {
  expect(Object.keys(deployed).sort()).toEqual(Object.keys(expected).sort());
  expect(Object.keys(expected)).toEqual(expect.arrayContaining([...toolNames]));
});

describe.each(Object.keys(expected))('%s', (entry) => {
  test('may send the requests it makes, to what it makes them to, and no other', () => {
    expect(deployed[entry]?.granted).toEqual(expected[entry]?.granted);
  });

  test('may send the requests that its bundle holds, and holds those that it may send', () => {
    const meta = JSON.parse(readFileSync(join(bundles, '..', 'meta', `${entry}.json`), 'utf8')) as Metafile;
    const held = Object.values(meta.outputs).flatMap(({ inputs }) =>
      Object.keys(inputs).filter((input) => inputs[input]?.bytesInOutput),
    );
    const commands = Object.keys(needed).filter((name) => held.some((input) => input.endsWith(`/${name}.js`)));
    const granted = Object.entries(deployed[entry]?.granted ?? {}).flatMap(([resource, actions]) =>
      deadLetters.includes(resource) ? [] : actions,
    );
    expect([...new Set(granted.filter(isNeeded))].sort()).toEqual(
      [...new Set(commands.flatMap((name) => needed[name] ?? []))]
        .filter((action) => !spared(entry).includes(action))
        .sort(),
    );
  });

  test('has the variables it reads, and no other', () => {
    expect(deployed[entry]?.environment).toEqual(expected[entry]?.environment);
  });

  test('given the environment it is deployed with and nothing else, then its bundle starts', async () => {
    const values = deployed[entry]?.environment as Record<string, string>;
    const start = `console.log(typeof (await import(${JSON.stringify(join(bundles, entry, 'index.mjs'))})).handler)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', start], {
      env: { AWS_REGION: 'eu-west-1', ...values },
    });
    expect(stdout.trim()).toBe('function');
  });
});
