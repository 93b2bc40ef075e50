/** Questions that a person decides by the link in their email: one is decided, and others come in a digest. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteParameterCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import type { RunningStack } from '../../../infra/local/start.ts';
import { env } from '../../../lib/env.ts';
import { Given, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';

const linkIn = (data: string, messageId: string): string | undefined => {
  const outbox = join(data, 'outbox');
  const emails = existsSync(outbox) ? readdirSync(outbox).filter((name) => /-email-.*\.txt$/.test(name)) : [];
  const pattern = new RegExp(`http://127\\.0\\.0\\.1:\\d+/decision\\?link=${messageId}~\\S+`);
  return emails.flatMap((name) => pattern.exec(readFileSync(join(outbox, name), 'utf8')) ?? [])[0];
};

/** Answers the key that signed the links, and a link. */
export const decide = async (stack: RunningStack, service: Service): Promise<string[]> => {
  const atpId = await new Given(service).started();
  const ask = async (): Promise<string> => {
    const question = { atpId, toAgent: '@operator', messageType: 'Escalation', subject: 'Roll back?', body: 'Or fix.' };
    const choice = { options: ['Roll back', 'Fix'], recommendation: 'Fix' };
    return (await service.done('dev-1', 'message_send', { ...question, ...choice })).message.messageId;
  };
  const mailed = (messageIds: string[]) =>
    until(() => messageIds.every((messageId) => linkIn(stack.data, messageId) !== undefined));
  // These two are mailed by themselves.
  const [first, second] = [await ask(), await ask()];
  await mailed([first, second]);
  const link = linkIn(stack.data, first) ?? '';
  expect((await fetch(link)).status).toBe(200);
  const clicked = await fetch(link, { method: 'POST', body: new URLSearchParams({ option: '1' }), redirect: 'manual' });
  expect(clicked.status).toBe(200);

  const ssm = new SSMClient({ ...localAws, ...(stack.ssm && { endpoint: stack.ssm.endpoint }) });
  const Name = stack.functionNamed('TimersTimer').spec.variables[env.decisionKey];
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  // Whoever signs first makes the key: for what comes in a digest, that is the timer, once it knows of none.
  await ssm.send(new DeleteParameterCommand({ Name }));
  await stack.functionNamed('TimersTimer').restart();
  await mailed([await ask(), await ask()]);
  return [Parameter?.Value ?? '', link];
};
