/** What the functions do that nobody calls: tell endpoints and people, and what is due. */

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { localAws } from '../../../infra/local/aws.ts';
import type { RunningStack } from '../../../infra/local/start.ts';
import { keys } from '../../../lib/store/keys.ts';
import type { FarEnd } from '../../support/far-end.ts';
import { Given, type Service } from '../../support/service.ts';

const put = async ({ sqs }: RunningStack, QueueUrl: string | undefined, message: object): Promise<void> => {
  const queue = new SQSClient({ ...localAws, endpoint: sqs.endpoint });
  await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
};

/** An endpoint that is gone once it has been told of something; a delivery that was tried for a day. Answers its secret. */
export const tellEndpoints = async (stack: RunningStack, service: Service, receiver: FarEnd): Promise<string> => {
  const { sqs, ssm, dynamodb } = stack;
  const createdAt = new Date().toISOString();
  const webhook = { webhookId: 'hook0001', url: `${receiver.url}/in`, events: ['atp.opened'], createdAt };
  const secret = `whsec_${Buffer.from('a secret of this very test').toString('base64')}`;
  const parameters = new SSMClient({ ...localAws, ...(ssm && { endpoint: ssm.endpoint }) });
  const Value = JSON.stringify([{ secret, createdAt }]);
  const Name = `${ssm?.webhooks}/${webhook.webhookId}`;
  await parameters.send(new PutParameterCommand({ Name, Type: 'SecureString', Value }));
  const Item = { ...keys.webhook(webhook.webhookId), ...webhook };
  await service.table.client.send(new PutCommand({ TableName: dynamodb.table, Item }));
  const body = { type: 'atp.opened', eventId: 'tried-for-a-day', at: createdAt };
  let told = 0;
  // In whatever order they come: the first event is sent again, and by then nobody is there.
  receiver.script((response, received) => {
    const { eventId } = received.body as typeof body;
    const isGone = eventId !== body.eventId && told++ > 0;
    response.writeHead(isGone ? 410 : 500).end();
  });
  await put(stack, sqs.webhooks, {
    ...{ kind: 'delivery', webhookId: webhook.webhookId, attempt: 8, dueAt: createdAt },
    body,
  });
  return secret;
};

/** More than an incident mails at once, to both topics; a timer before its time. */
export const tellPeople = async (stack: RunningStack, service: Service): Promise<void> => {
  const given = new Given(service);
  const atpId = await given.started();
  const cry = { atpId, toAgent: '@operator', messageType: 'Escalation', subject: 'Help', body: 'More fails.' };
  for (let sent = 0; sent < 4; sent++) {
    await given.directive(atpId);
    await service.done('dev-1', 'message_send', cry);
  }
  const dueAt = new Date(Date.now() + 60_000).toISOString();
  await put(stack, stack.sqs.timers, { atpId, deadline: 'fix', dueAt });
};
