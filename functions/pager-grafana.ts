/**
 * POST /pager/grafana with a bearer token, or ?integration=… with an HMAC signature; &timestamp=… names the header of the
 * timestamp, where the contact point has one.
 */

import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../lib/http/answer.ts';
import { integrationInAddress, PAYLOAD_LIMIT, rawBody, takeBytes, takeWithBearer, told } from '../lib/pager/door.ts';
import { grafanaIntake, isSignedByGrafana } from '../lib/pager/grafana.ts';
import { secretsOf } from '../lib/pager/secrets.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';

const surroundings = openSurroundings();
const SIGNATURE = 'x-grafana-alerting-signature';

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('pager-grafana'))
  .handler(async (event) => {
    const around = surroundings(event.requestContext.requestId);
    if (event.headers[SIGNATURE] === undefined)
      return told(await takeWithBearer(event, around, 'grafana', grafanaIntake));
    const integrationId = integrationInAddress(event);
    const bytes = rawBody(event, PAYLOAD_LIMIT);
    const isKnown = () => isSigned(event, integrationId, bytes);
    return told(await takeBytes(around, { integrationId, source: 'grafana' }, isKnown, bytes, grafanaIntake));
  });

const isSigned = async (event: APIGatewayProxyEventV2, integrationId: string, bytes: Uint8Array): Promise<boolean> => {
  const now = Date.now();
  const secrets = await secretsOf(integrationId, now);
  const header = event.queryStringParameters?.timestamp?.toLowerCase();
  const clock = header ? { timestamp: event.headers[header], nowMs: now } : undefined;
  return isSignedByGrafana(event.headers[SIGNATURE], bytes, secrets, clock);
};
