/** What the doors for pages read of their requests. What sources send beside it is taken, kept, and not read. */

import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';
import { severities } from '../../../lib/model.ts';

const text: JsonSchema = { type: 'string' };
const said = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });
const texts: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
const object = (
  properties: Record<string, JsonSchema>,
  required: string[] = [],
  more: JsonSchema = {},
): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  ...more,
});

const links: JsonSchema = { type: 'array', items: object({ href: text, text }) };
const routingKey = said('The credential of the integration: 32 letters and digits.', {
  minLength: 32,
  maxLength: 32,
  pattern: '^[A-Za-z0-9]+$',
});

export const event: JsonSchema = {
  ...object(
    {
      routing_key: routingKey,
      event_action: { type: 'string', enum: ['trigger', 'acknowledge', 'resolve'] },
      dedup_key: said('Names the episode. A trigger without one is given one; all else needs it.', { maxLength: 255 }),
      payload: object(
        {
          summary: said('What is wrong.'),
          source: said('What it is wrong with.'),
          severity: said('One of critical, error, warning and info, in any letter case.'),
          component: text,
          group: text,
          class: text,
          custom_details: { description: 'Environment, service and labels are read from it.' },
        },
        ['summary'],
      ),
      client: text,
      client_url: text,
      links,
      images: { type: 'array', items: { type: 'object' } },
    },
    ['routing_key', 'event_action'],
  ),
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['payload'], properties: { payload: { required: ['summary', 'source', 'severity'] } } },
  else: { required: ['dedup_key'] },
};

export const change: JsonSchema = object(
  { routing_key: routingKey, payload: object({ summary: text, source: text, timestamp: text }, ['summary']) },
  ['routing_key', 'payload'],
);

export const eventTaken: JsonSchema = object(
  {
    status: { type: 'string', const: 'success' },
    message: text,
    dedup_key: said('The key that was given, or was made.'),
  },
  ['status', 'message'],
);

export const eventRefusal: JsonSchema = object(
  { status: text, message: text, errors: { type: 'array', items: text, minItems: 1 } },
  ['status', 'message', 'errors'],
);

export const pagesTaken: JsonSchema = object(
  {
    status: { type: 'string', const: 'accepted' },
    pages: {
      type: 'array',
      items: object(
        {
          effect: {
            type: 'string',
            enum: ['opened', 'repeated', 'raised', 'acknowledged', 'resolved', 'updated', 'ignored', 'dropped'],
          },
          atpId: text,
        },
        ['effect'],
      ),
    },
  },
  ['status', 'pages'],
);

export const pagerDutyWebhook: JsonSchema = object(
  {
    event: object(
      {
        id: said('A delivery counts once.'),
        event_type: said('incident.triggered, incident.resolved, …; one that is not known is ignored.'),
        data: said('The incident, or what belongs to it with the incident beside it.', { type: 'object' }),
      },
      ['event_type'],
    ),
  },
  ['event'],
);

export const alertGroup: JsonSchema = object(
  {
    groupKey: said('Names the episode, while any of its alerts fires.'),
    status: { type: 'string', enum: ['firing', 'resolved'] },
    receiver: text,
    externalURL: text,
    groupLabels: texts,
    commonLabels: texts,
    commonAnnotations: texts,
    alerts: {
      type: 'array',
      items: object({ status: text, labels: texts, annotations: texts, generatorURL: text }),
    },
  },
  ['status', 'alerts'],
);

/** Grafana before version 9. */
export const legacyGrafana: JsonSchema = object(
  {
    ruleId: { type: ['integer', 'string'] },
    ruleName: text,
    ruleUrl: text,
    state: said('alerting or ok; other states are updates.'),
    title: text,
    message: text,
    tags: texts,
    evalMatches: { type: 'array', items: { type: 'object' } },
  },
  ['ruleId', 'state'],
  { not: { required: ['alerts'] } },
);

export const snsMessage: JsonSchema = object(
  {
    Type: { type: 'string', enum: ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] },
    MessageId: text,
    TopicArn: text,
    Subject: text,
    Message: said('Of a notification: the alarm, as CloudWatch describes it, as JSON.'),
    Timestamp: text,
    Token: text,
    SubscribeURL: text,
    SignatureVersion: { type: 'string', enum: ['1', '2'] },
    Signature: text,
    SigningCertURL: text,
  },
  ['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'],
);

const filled = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength });
export const genericPage: JsonSchema = object(
  {
    action: { type: 'string', enum: ['trigger', 'acknowledge', 'resolve'] },
    key: { ...filled(500), description: 'Names the episode.' },
    title: filled(1_000),
    summary: filled(4_000),
    service: filled(200),
    environment: filled(200),
    severity: { type: 'string', enum: [...severities] },
    labels: texts,
    links: {
      type: 'array',
      items: object({ href: { ...filled(2_000), pattern: '^[hH][tT][tT][pP][sS]?://\\S+$' }, text }, ['href'], {
        additionalProperties: false,
      }),
    },
    details: { description: 'Any JSON; only kept.' },
  },
  ['action', 'key', 'title'],
  { additionalProperties: false },
);
