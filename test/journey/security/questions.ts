/** Questions that a person decides by the link in their email: one is decided, others make the key anew. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteParameterCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import type { RunningStack } from '../../../infra/local/start.ts';
import { env } from '../../../lib/env.ts';
import { keys } from '../../../lib/store/keys.ts';
import type { Calls } from '../../support/least-privilege/calls.ts';
import { Given, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';

const linkIn = (data: string, messageId: string): string | undefined => {
  const outbox = join(data, 'outbox');
  const emails = existsSync(outbox) ? readdirSync(outbox).filter((name) => /-email-.*\.txt$/.test(name)) : [];
  const pattern = new RegExp(`http://127\\.0\\.0\\.1:\\d+/decision\\?link=${messageId}~\\S+`);
  return emails.flatMap((name) => pattern.exec(readFileSync(join(outbox, name), 'utf8')) ?? [])[0];
};

const isMadeBy = (calls: Calls, signer: string): boolean =>
  calls.all.some(({ by, action }) => by.startsWith(signer) && action === 'ssm:PutParameter');

/** Answers the key that signed the links, and a link. */
export const decide = async (stack: RunningStack, service: Service, calls: Calls): Promise<string[]> => {
  const ask = async (atpId: string): Promise<string> => {
    const question = { atpId, toAgent: '@operator', messageType: 'Escalation', subject: 'Roll back?', body: 'Or fix.' };
    const choice = { options: ['Roll back', 'Fix'], recommendation: 'Fix' };
    const { message } = await service.done('dev-1', 'message_send', { ...question, ...choice });
    await until(() => linkIn(stack.data, message.messageId) !== undefined);
    return linkIn(stack.data, message.messageId) ?? '';
  };
  const atpId = await new Given(service).started();
  const link = await ask(atpId);
  expect((await fetch(link)).status).toBe(200);
  const clicked = await fetch(link, { method: 'POST', body: new URLSearchParams({ option: '1' }), redirect: 'manual' });
  expect(clicked.status).toBe(200);

  const ssm = new SSMClient({ ...localAws, ...(stack.ssm && { endpoint: stack.ssm.endpoint }) });
  const Name = stack.functionNamed('TimersTimer').spec.variables[env.decisionKey];
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  // Whoever signs first makes the key. The function that publishes signs what has the next turn, the timer what waits for a later one.
  const { client, name: TableName } = service.table;
  for (const [signer, waitMs] of [
    ['OutboxNotify', 0],
    ['TimersTimer', 2_000],
  ] as const)
    while (!isMadeBy(calls, signer)) {
      await ssm.send(new DeleteParameterCommand({ Name }));
      await stack.functionNamed(signer).restart();
      const turns = { ...keys.digest('hitl'), mailsUntil: Date.now() + waitMs };
      await client.send(new PutCommand({ TableName, Item: turns }));
      await ask(atpId);
    }
  return [Parameter?.Value ?? '', link];
};
