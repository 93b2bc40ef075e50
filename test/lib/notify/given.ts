import type { AtpBrief, Message } from '../../../lib/model.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';

type Said = Partial<Omit<Message, 'messageType'>> & { brief?: Partial<AtpBrief> };

const brief: AtpBrief = {
  title: 'Checkout answers 500',
  type: 'hotfix',
  status: 'InProgress',
  priority: 'P0-Critical',
  createdAt: '2026-03-01T12:00:00.000Z',
  environment: 'production',
};

const message: Message = {
  messageId: 'msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ',
  atpId: 'AT-7',
  fromAgent: '@pm',
  toAgent: '@dev',
  messageType: 'Directive',
  priority: 'P0-Critical',
  subject: '🔥 HOTFIX: Checkout answers 500',
  body: '## URGENT: Production Fix Required\n\nCheckout answers 500 since 11:58. Roll back or fix forward.',
  requiresAck: true,
  sentAt: '2026-03-01T12:12:05.123Z',
  sentBy: { role: '@pm', name: 'pm-1' },
  urgency: '0#0#01KJMBM0G0ZZZZZZZZZZZZZZZZ',
};

const outgoing = (defaults: Partial<Message>, { brief: briefly, ...said }: Said): Outgoing => ({
  ...message,
  ...defaults,
  ...said,
  brief: { ...brief, ...briefly },
});

export const givenDirective = (said: Said = {}): Outgoing => outgoing({}, said);

export const givenEmergencyDirective = (said: Said = {}): Outgoing =>
  outgoing(
    { messageType: 'EmergencyDirective', toAgent: '@sre', subject: 'Stop the bleeding' },
    { ...said, brief: { type: 'emergency', ...said.brief } },
  );

export const givenNotification = (said: Said = {}): Outgoing =>
  outgoing(
    {
      messageType: 'HITLNotification',
      toAgent: '@operator',
      priority: 'P2-Normal',
      subject: 'ATP Closed: AT-7 (Hotfix)',
      body: 'Hotfix deployed successfully. Error rate back to normal.',
      requiresAck: false,
    },
    { ...said, brief: { status: 'Closed', owner: { role: '@dev', name: 'dev-2' }, ...said.brief } },
  );

export const givenEscalation = (said: Said = {}): Outgoing =>
  outgoing(
    {
      messageType: 'Escalation',
      fromAgent: '@dev',
      toAgent: '@operator',
      subject: 'Need the database password',
      body: 'The vault refuses my role. Who can open it?',
      requiresAck: false,
      sentBy: { role: '@dev', name: 'dev-2' },
    },
    { ...said, brief: { owner: { role: '@dev', name: 'dev-2' }, ...said.brief } },
  );

export const givenQuestion = ({ options, ...said }: Said = {}): Outgoing =>
  givenEscalation({
    subject: 'Roll back to v41?',
    body: 'A rollback loses the orders since 11:58. A fix takes an hour.',
    options: options ?? ['Roll back to v41', 'Fix forward', 'Wait for the vendor'],
    recommendation: options?.[0] ?? 'Roll back to v41',
    linkExpiresAt: '2026-03-02T12:12:05.123Z',
    atpVersion: '0sSlWjWP8pTI6Imt',
    ...said,
  });

export const givenServiceEscalation = (said: Said = {}): Outgoing =>
  outgoing(
    {
      messageType: 'Escalation',
      fromAgent: '@system',
      toAgent: '@operator',
      subject: 'Nobody has acknowledged the directive on AT-7',
      body: 'The directive to @dev waits since 5 minutes.',
      requiresAck: false,
      sentBy: { role: '@system', name: 'system' },
    },
    said,
  );
