import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';
import type { Answer, Operation } from './operation.ts';
import * as schemas from './pager-schemas.ts';

const problems = ['PAYLOAD_TOO_LARGE', 'UNAVAILABLE', 'INTERNAL'] as const;
const post = { method: 'post', tag: 'Pages' } as const;

const inEventsForm = (description: string): Answer => ({
  description,
  schema: schemas.eventRefusal,
  headers: ['Cache-Control'],
});
const events = {
  ...post,
  security: [],
  answers: {
    202: {
      description: 'Taken, ignored, dropped, or delivered before.',
      schema: schemas.eventTaken,
      headers: ['Cache-Control'],
    },
    400: inEventsForm("Malformed, in PagerDuty's own words."),
    403: inEventsForm('The routing key is unknown, expired or revoked.'),
  },
  codes: problems,
} as const;

const door = {
  ...post,
  answers: {
    202: {
      description: 'Taken, ignored, dropped, or delivered before: what became of each page.',
      schema: schemas.pagesTaken,
      headers: ['Cache-Control'],
    },
  },
  codes: ['INVALID_INPUT', 'UNAUTHENTICATED', ...problems],
} as const;

const integration = (required: boolean): object => ({
  name: 'integration',
  in: 'query',
  required,
  description: 'The integration, whose secret or topic the signature is weighed by.',
  schema: { type: 'string', pattern: '^[a-z0-9]{8}$' },
});

const body = (schema: JsonSchema, limit: number): Operation['body'] => ({
  schema,
  description: `At most ${limit} KiB. Any content type is read as JSON.`,
});

const grafana = {
  ...door,
  path: '/pager/grafana',
  tag: 'Pages',
  summary: 'A webhook of Grafana',
  description:
    'Of Grafana alerting, or of the alerting before Grafana 9. With the bearer token of the integration, or signed (Grafana 12) with the integration in the address. A contact point may be set to POST or PUT.',
  security: ['pageBearer', 'grafanaSignature'],
  parameters: [
    integration(false),
    {
      name: 'timestamp',
      in: 'query',
      required: false,
      description: 'The name of the timestamp header of the contact point, where it has one.',
      schema: { type: 'string' },
    },
  ],
  body: body({ anyOf: [schemas.alertGroup, schemas.legacyGrafana] }, 256),
} as const;

/** The doors for pages: what each source sends, as far as it is read, and the answers its senders rely on. */
export const pagerOperations: readonly Operation[] = [
  {
    ...events,
    path: '/v2/enqueue',
    operationId: 'page_events',
    summary: 'An event of the Events API v2 of PagerDuty',
    description:
      'For whatever can page PagerDuty. The routing key in the body is the credential. A trigger opens an ATP; acknowledge and resolve are lines in its timeline.',
    body: body(schemas.event, 512),
  },
  {
    ...events,
    path: '/v2/change/enqueue',
    operationId: 'page_change',
    summary: 'A change event of the Events API v2',
    description: 'Taken, and opens nothing: a change says what was done, never that something is wrong.',
    body: body(schemas.change, 512),
  },
  {
    ...door,
    path: '/pager/pagerduty',
    operationId: 'page_pagerduty',
    summary: 'A webhook v3 of PagerDuty',
    description: 'Signed. A delivery (event.id) counts once, and is answered the same again.',
    security: ['pagerDutySignature'],
    parameters: [integration(true)],
    body: body(schemas.pagerDutyWebhook, 256),
  },
  {
    ...door,
    path: '/pager/alertmanager',
    operationId: 'page_alertmanager',
    summary: 'A webhook of Alertmanager',
    description: 'Version 4, as it is sent without a payload template. The episode is the group.',
    security: ['pageBearer'],
    body: body(schemas.alertGroup, 256),
  },
  { ...grafana, method: 'post', operationId: 'page_grafana' },
  { ...grafana, method: 'put', operationId: 'page_grafana_put', summary: 'A webhook of Grafana, by PUT' },
  {
    ...door,
    path: '/pager/sns',
    operationId: 'page_sns',
    summary: 'A CloudWatch alarm, by a topic of SNS over HTTPS',
    description: 'The signature of SNS in the body is the credential. The confirmation of a subscription is followed.',
    security: [],
    parameters: [integration(true)],
    body: body(schemas.snsMessage, 256),
  },
  {
    ...door,
    path: '/pager/generic',
    operationId: 'page_generic',
    summary: 'A page of anything else',
    description: 'A small JSON. An unknown field is refused by name.',
    security: ['pageBearer'],
    body: body(schemas.genericPage, 256),
  },
];
