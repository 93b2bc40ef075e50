/** A page for each door, with what lets it in: it opens an incident. */

import { createHmac } from 'node:crypto';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { PagerName } from '../../../infra/entries.ts';
import { createIntegration } from '../../../lib/store/integrations.ts';
import { integrationOf, now, recordOf } from '../../support/pages/integrations.ts';
import { alarm, type SenderName, senders, topic } from '../../support/pages/senders.ts';
import type { Engine } from './engine.ts';
import { httpEvent } from './event.ts';
import { PARAMETER_PREFIX } from './process.ts';

/** All doors but `sns`, which first fetches a certificate of AWS over the internet. */
export const pagedDoors = [
  'events',
  'pagerduty',
  'alertmanager',
  'grafana',
  'cloudwatch',
  'generic',
] as const satisfies readonly PagerName[];
export type PagedDoor = (typeof pagedDoors)[number];

const senderOf = {
  events: 'events',
  pagerduty: 'pagerduty',
  alertmanager: 'alertmanager',
  grafana: 'grafana, signed',
  generic: 'generic',
} as const satisfies Record<Exclude<PagedDoor, 'cloudwatch'>, SenderName>;

const integrate = async ({ client, table, ssm }: Engine, sender: (typeof senders)[SenderName]) => {
  const signs = 'signs' in sender;
  const integration = integrationOf(sender.source, sender.source === 'cloudwatch' ? { arns: [topic] } : {}, signs);
  await createIntegration({ client, name: table }, recordOf(integration));
  if (!signs) return integration;
  const Value = JSON.stringify([{ secret: integration.credential, createdAt: now() }]);
  const Name = `${PARAMETER_PREFIX}/${integration.integrationId}`;
  await ssm.send(new PutParameterCommand({ Name, Type: 'SecureString', Value }));
  return integration;
};

/** What AWS invokes the function of alarms with. */
const alarmEvent = (): object => ({
  Records: [
    {
      EventSource: 'aws:sns',
      Sns: {
        Type: 'Notification',
        MessageId: '00000000-0000-4000-8000-000000000001',
        TopicArn: topic,
        Message: JSON.stringify(alarm('checkout-5xx', 'trigger')),
      },
    },
  ],
});

export const pageEvent = async (engine: Engine, door: PagedDoor): Promise<object> => {
  if (door === 'cloudwatch') {
    await integrate(engine, senders['SNS to a function']);
    return alarmEvent();
  }
  const sender = senders[senderOf[door]];
  const { credential, integrationId } = await integrate(engine, sender);
  const payload = sender.payload('checkout-5xx', 'trigger');
  if (door === 'events') return httpEvent('/v2/enqueue', JSON.stringify({ routing_key: credential, ...payload }), {});
  const body = JSON.stringify(payload);
  const signature = createHmac('sha256', credential).update(body).digest('hex');
  const headersOf: Record<typeof door, Record<string, string>> = {
    pagerduty: { 'x-pagerduty-signature': `v1=${signature}` },
    grafana: { 'x-grafana-alerting-signature': signature },
    alertmanager: { authorization: `Bearer ${credential}` },
    generic: { authorization: `Bearer ${credential}` },
  };
  return {
    ...httpEvent(`/pager/${door}`, body, headersOf[door]),
    queryStringParameters: { integration: integrationId },
  };
};
