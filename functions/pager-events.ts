/** POST /v2/enqueue and /v2/change/enqueue: the Events API v2 of PagerDuty, whose clients check its answers to the letter. */

import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../lib/http/answer.ts';
import { tellRefusal } from '../lib/http/refused.ts';
import { admits, integrationOfRoutingKey } from '../lib/pager/credential.ts';
import { accepted, asJson, EVENTS_LIMIT, rawBody, takeFrom } from '../lib/pager/door.ts';
import type { Surroundings } from '../lib/pager/intake.ts';
import type { Intake } from '../lib/pager/page.ts';
import { changeIntake, eventsIntake, needsDedupKey, readChange, readEvent } from '../lib/pager/pagerduty-events.ts';
import { InvalidEvent, invalidRoutingKey, unrecognizedEvent } from '../lib/pager/pagerduty-refusals.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';
import { type Code, Refusal } from '../lib/refusal.ts';

const surroundings = openSurroundings();

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('pager-events'))
  .handler(async (event) => {
    const answer = await answerOf(event);
    const code = codes[answer.statusCode ?? 0];
    if (code) tellRefusal(event, code);
    return answer;
  });

/** What PagerDuty's own refusals mean here. */
const codes: Record<number, Code> = { 400: 'INVALID_INPUT', 403: 'UNAUTHENTICATED' };

const answerOf = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  try {
    const payload = jsonOf(rawBody(event, EVENTS_LIMIT));
    const around = surroundings(event.requestContext.requestId);
    return await (event.rawPath.endsWith('/v2/change/enqueue') ? change(payload, around) : enqueue(payload, around));
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    return refused(400, error);
  }
};

const enqueue = async (payload: unknown, around: Surroundings): Promise<APIGatewayProxyStructuredResultV2> => {
  const event = readEvent(payload);
  const dedupKey = needsDedupKey(event) ? randomUUID().replaceAll('-', '') : event.dedupKey;
  const intake = eventsIntake(payload, dedupKey ?? '');
  if (!(await isTaken(event.routingKey, intake, around))) return refused(403, invalidRoutingKey());
  return accepted({ status: 'success', message: 'Event processed', dedup_key: dedupKey });
};

const change = async (payload: unknown, around: Surroundings): Promise<APIGatewayProxyStructuredResultV2> => {
  const { routingKey } = readChange(payload);
  if (!(await isTaken(routingKey, changeIntake(payload), around))) return refused(403, invalidRoutingKey());
  return accepted({ status: 'success', message: 'Change event processed' });
};

/** False for a routing key that nobody has. */
const isTaken = async (routingKey: string, intake: Intake, around: Surroundings): Promise<boolean> => {
  const integrationId = integrationOfRoutingKey(routingKey);
  if (!integrationId) return false;
  const isKnown = (integration: Parameters<typeof admits>[0]) => admits(integration, routingKey, Date.now());
  try {
    await takeFrom(around, { integrationId, source: 'events' }, isKnown, intake);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'UNAUTHENTICATED') return false;
    throw error;
  }
};

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return asJson(bytes);
  } catch {
    throw unrecognizedEvent();
  }
};

const refused = (statusCode: number, { body }: InvalidEvent): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
