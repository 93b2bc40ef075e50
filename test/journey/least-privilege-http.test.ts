import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { localAws } from '../../infra/local/aws.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { loadTemplate, type Template } from '../../infra/local/template.ts';
import { keys } from '../../lib/store/keys.ts';
import { FarEnd } from '../support/far-end.ts';
import { Calls } from '../support/least-privilege/calls.ts';
import { allows, functionGrants, type Grant, type Grants, grantsOf } from '../support/least-privilege/policies.ts';
import { pathFor, routesOf } from '../support/routes.ts';
import { Given, Service } from '../support/service.ts';
import { until } from '../support/until.ts';
import { overHttp, overMcp } from './least-privilege/doors.ts';
import { page } from './least-privilege/sources.ts';
import { loseFile, useTools } from './least-privilege/tools.ts';

/** What Lambda does with the role of a function, which no function asks for and no emulator is asked. */
const unseen: { action: RegExp; on: RegExp; why: string }[] = [
  { action: /^logs:(CreateLogStream|PutLogEvents)$/, on: /.*/, why: 'Lambda writes the log of a function' },
  {
    action: /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/,
    on: /^OutboxNotify/,
    why: 'Lambda polls the stream',
  },
  {
    action: /^sqs:(DeleteMessage|GetQueueAttributes|ReceiveMessage)$/,
    on: /^(TimersTimer|WebhooksWebhook)/,
    why: 'Lambda polls the queue',
  },
  {
    action: /^sqs:SendMessage$/,
    on: /^(OutboxNotify|Pagerscloudwatch).* .*DeadLetters/,
    why: 'Lambda puts what it gives up into the queue of dead letters',
  },
];

const data = mkdtempSync(join(tmpdir(), 'least-privilege-'));
const calls = new Calls();
let stack: RunningStack;
let receiver: FarEnd;
let grants: Grants;

const isUnseen = (by: string, { action, resource }: Grant): boolean =>
  unseen.some((each) => each.action.test(action) && each.on.test(`${by} ${resource}`));

const unused = (): string[] =>
  [...grants].flatMap(([by, all]) =>
    all
      .filter((grant) => !isUnseen(by, grant))
      .filter((grant) => !calls.all.some((call) => call.by === by && allows(grant, call)))
      .map(({ action, resource }) => `${by} ${action} ${resource}`),
  );

/** An endpoint that is gone once it has been told of something; a delivery that was tried for a day. */
const tellEndpoints = async ({ sqs, ssm, dynamodb }: RunningStack, service: Service): Promise<void> => {
  const createdAt = new Date().toISOString();
  const webhook = { webhookId: 'hook0001', url: `${receiver.url}/in`, events: ['atp.opened'], createdAt };
  const secret = `whsec_${Buffer.from('a secret of this test').toString('base64')}`;
  const parameters = new SSMClient({ ...localAws, ...(ssm && { endpoint: ssm.endpoint }) });
  const Value = JSON.stringify([{ secret, createdAt }]);
  const Name = `${ssm?.webhooks}/${webhook.webhookId}`;
  await parameters.send(new PutParameterCommand({ Name, Type: 'SecureString', Value }));
  const Item = { ...keys.webhook(webhook.webhookId), ...webhook };
  await service.table.client.send(new PutCommand({ TableName: dynamodb.table, Item }));
  receiver.script(
    (response) => void response.writeHead(500).end(),
    (response) => void response.writeHead(500).end(),
    (response) => void response.writeHead(410).end(),
  );
  const queue = new SQSClient({ ...localAws, endpoint: sqs.endpoint });
  const body = { type: 'atp.opened', eventId: 'e', at: createdAt };
  const last = { kind: 'delivery', webhookId: webhook.webhookId, attempt: 8, dueAt: createdAt, body };
  await queue.send(new SendMessageCommand({ QueueUrl: sqs.webhooks, MessageBody: JSON.stringify(last) }));
};

/** More than an incident mails at once, to both topics; a timer before its time. */
const tellPeople = async ({ sqs }: RunningStack, service: Service): Promise<void> => {
  const given = new Given(service);
  const atpId = await given.started();
  const cry = { atpId, toAgent: '@operator', messageType: 'Escalation', subject: 'Help', body: 'More fails.' };
  for (let sent = 0; sent < 4; sent++) {
    await given.directive(atpId);
    await service.done('dev-1', 'message_send', cry);
  }
  const queue = new SQSClient({ ...localAws, endpoint: sqs.endpoint });
  const early = { atpId, deadline: 'fix', dueAt: new Date(Date.now() + 60_000).toISOString() };
  await queue.send(new SendMessageCommand({ QueueUrl: sqs.timers, MessageBody: JSON.stringify(early) }));
};

/** Whatever is served over GET, known here or not. */
const read = async (template: Template, { tokens }: Service, atpId: string): Promise<void> => {
  for (const route of routesOf(template).filter(({ method }) => method === 'GET')) {
    const answer = await fetch(`${stack.url}${pathFor(route, atpId)}`, {
      headers: { authorization: `Bearer ${tokens['pm-1']}` },
    });
    expect(answer.status, route.path).toBeLessThan(500);
    await answer.arrayBuffer();
  }
};

beforeAll(async () => {
  receiver = await FarEnd.listen();
  const assembly = freshAssembly(() => undefined);
  stack = await startStack({
    ...{ assembly, data, port: 0, before: calls.before, webhooks: true, digestInterval: 1 },
    timeouts: { acknowledgement: 2 },
  });
  const template = loadTemplate(assembly);
  grants = functionGrants(template, stack.references);
  const service = await Service.behind(stack);
  await tellEndpoints(stack, service);
  for (const [by, door] of [
    ['Toolsartifactcreate', overHttp(service)],
    ['Mcpmcp', overMcp(stack.url, service)],
  ] as const) {
    await read(template, service, await useTools(door, service));
    const { name } = stack.functionNamed(by).spec;
    await loseFile(door, service, (interruption) => calls.interrupt(name, 'dynamodb:UpdateItem', interruption));
  }
  await page(stack, service, (by, interruption) => calls.interrupt(by, 'dynamodb:PutItem', interruption));
  await tellPeople(stack, service);
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await Promise.all([calls.close(), receiver?.close()]);
  rmSync(data, { recursive: true, force: true });
});

describe('given incidents that make use of every function', () => {
  it('when they are over, then each right that a policy gives was made use of, or is known to be Lambda’s own', async () => {
    await until(() => unused().length === 0, { patienceMs: 45_000, everyMs: 250 }).catch(() => undefined);
    expect(unused()).toEqual([]);
  });

  it('then each call to AWS was one that the policy of its function allows', () => {
    const denied = calls.all.filter((call) => !grants.get(call.by)?.some((grant) => allows(grant, call)));
    expect(new Set(denied.map(({ by, action, resource }) => `${by} ${action} ${resource}`))).toEqual(new Set());
    expect(new Set(calls.all.map(({ by }) => by)).size).toBeGreaterThan(20);
  });

  it('then what is said to be Lambda’s own is granted, and no function makes use of it', () => {
    const granted = [...grants].flatMap(([by, all]) => all.map((grant) => ({ by, grant })));
    for (const each of unseen) {
      const meant = granted.filter(({ by, grant }) => isUnseen(by, grant) && each.action.test(grant.action));
      expect(meant, each.why).not.toEqual([]);
      const used = calls.all.filter(
        ({ by, action, resource }) => each.action.test(action) && each.on.test(`${by} ${resource}`),
      );
      expect(used, each.why).toEqual([]);
    }
  });
});

describe('the evaluator', () => {
  const grant = { action: 's3:Put*', resource: 'arn:aws:s3:::files/pages/?*' };
  it.each([
    ['s3:PutObject', 'arn:aws:s3:::files/pages/a/b', true],
    ['S3:putobject', 'arn:aws:s3:::files/pages/a', true],
    ['s3:GetObject', 'arn:aws:s3:::files/pages/a', false],
    ['s3:PutObject', 'arn:aws:s3:::files/pages/', false],
    ['s3:PutObject', 'arn:aws:s3:::files/Pages/a', false],
    ['s3:PutObject', 'x arn:aws:s3:::files/pages/a', false],
  ])('given %s on %s, then it allows: %s', (action, resource, allowed) => {
    expect(allows(grant, { action, resource })).toBe(allowed);
  });

  it('given what it does not weigh, then it says so', () => {
    const fine = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    expect(grantsOf(fine)).toEqual([{ action: 's3:GetObject', resource: '*' }]);
    for (const odd of [
      { ...fine, Effect: 'Deny' },
      { ...fine, Condition: {} },
      { Effect: 'Allow', NotAction: 'x' },
    ])
      expect(() => grantsOf(odd)).toThrow('more than is weighed');
  });
});
