/** Pages by every door of theirs: one opened, told again while the first is still written, and over. */

import { randomUUID } from 'node:crypto';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import type { RunningStack } from '../../../infra/local/start.ts';
import type { Integration } from '../../../lib/pager/integration.ts';
import { createIntegration } from '../../../lib/store/integrations.ts';
import { type GivenIntegration, integrationOf, now, recordOf } from '../../support/pages/integrations.ts';
import { type Happened, type SenderName, senders, topic } from '../../support/pages/senders.ts';
import { answerForSns, notification } from '../../support/pages/sns.ts';
import { hmac, record } from '../../support/pages.ts';
import { quietly } from '../../support/quietly.ts';
import type { Service } from '../../support/service.ts';

/** Longer than a directive's body. */
const LONG = 'x'.repeat(70_000);

type Door = {
  sender: SenderName;
  signs?: boolean;
  /** Beginning of the logical id of its function. */
  by: string;
  send: (stack: RunningStack, given: GivenIntegration, payload: object) => Promise<unknown>;
};

const post = async ({ url }: RunningStack, path: string, body: string, headers = {}): Promise<void> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  const answer = await fetch(`${url}${path}`, init);
  expect(answer.status, `${path} ${await answer.text()}`).toBe(202);
};
const withBearer =
  (path: string): Door['send'] =>
  (stack, { credential }, payload) =>
    post(stack, path, JSON.stringify(payload), { authorization: `Bearer ${credential}` });
const withSignature =
  (path: string, header: string, before = ''): Door['send'] =>
  (stack, { credential, integrationId }, payload) => {
    const body = JSON.stringify(payload);
    return post(stack, `${path}?integration=${integrationId}`, body, { [header]: before + hmac(credential, body) });
  };

/** In this process, with the function's own variables: here the certificate of SNS can be answered for. */
const bySns: Door['send'] = async (stack, { integrationId }, payload) => {
  Object.assign(process.env, stack.functionNamed('Pagerssns').spec.variables);
  const { handler } = await import('../../../functions/pager-sns.ts');
  const event = {
    headers: {},
    queryStringParameters: { integration: integrationId },
    body: JSON.stringify(notification(JSON.stringify(payload))),
    requestContext: { requestId: randomUUID() },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await quietly(() => handler(event, {} as never));
  expect(answer, JSON.stringify(answer)).toMatchObject({ statusCode: 202 });
};

const doors: readonly Door[] = [
  {
    sender: 'events',
    by: 'Pagersevents',
    send: (stack, { credential }, payload) =>
      post(stack, '/v2/enqueue', JSON.stringify({ routing_key: credential, ...payload })),
  },
  {
    sender: 'pagerduty',
    signs: true,
    by: 'Pagerspagerduty',
    send: withSignature('/pager/pagerduty', 'x-pagerduty-signature', 'v1='),
  },
  { sender: 'alertmanager', by: 'Pagersalertmanager', send: withBearer('/pager/alertmanager') },
  {
    sender: 'grafana, signed',
    signs: true,
    by: 'Pagersgrafana',
    send: withSignature('/pager/grafana', 'x-grafana-alerting-signature'),
  },
  { sender: 'generic', by: 'Pagersgeneric', send: withBearer('/pager/generic') },
  { sender: 'SNS over HTTPS', by: 'Pagerssns', send: bySns },
  {
    sender: 'SNS to a function',
    by: 'Pagerscloudwatch',
    send: (stack, _, payload) => stack.functionNamed('Pagerscloudwatch').invoke(record(JSON.stringify(payload))),
  },
];

/** An integration of the source, let in by its credential. */
export const integrated = async (
  { ssm }: RunningStack,
  { table }: Service,
  { sender, signs = false }: Pick<Door, 'sender' | 'signs'>,
  more: Partial<Integration> = {},
) => {
  const { source } = senders[sender];
  const given = integrationOf(source, { ...(source === 'cloudwatch' && { arns: [topic] }), ...more }, signs);
  if (signs && ssm) {
    const Value = JSON.stringify([{ secret: given.credential, createdAt: now() }]);
    const parameters = new SSMClient({ ...localAws, endpoint: ssm.endpoint });
    const Name = `${ssm.prefix}/${given.integrationId}`;
    await parameters.send(new PutParameterCommand({ Name, Type: 'SecureString', Value }));
  }
  await createIntegration(table, recordOf(given));
  return given;
};

/** Answers the credentials that let the pages in. */
export const page = async (
  stack: RunningStack,
  service: Service,
  interrupt: (by: string, interruption: () => Promise<unknown>) => void,
): Promise<string[]> => {
  answerForSns();
  const credentials: string[] = [];
  for (const door of doors) {
    const given = await integrated(stack, service, door);
    credentials.push(given.credential);
    const payload = (happened: Happened) => ({
      ...senders[door.sender].payload(randomUUID(), happened),
      details: { text: LONG },
    });
    const opening = payload('trigger');
    interrupt(stack.functionNamed(door.by).spec.name, () => door.send(stack, given, opening));
    await door.send(stack, given, opening);
    const key = randomUUID();
    for (const happened of ['trigger', 'resolve'] as const)
      await door.send(stack, given, senders[door.sender].payload(key, happened));
  }
  return credentials;
};
