/** POST /pager/pagerduty?integration=…: webhooks v3 of PagerDuty, signed. */

import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../lib/http/answer.ts';
import { type Admission, integrationInAddress, PAYLOAD_LIMIT, rawBody, takeBytes, told } from '../lib/pager/door.ts';
import { isSignedByPagerDuty, pagerDutyIntake } from '../lib/pager/pagerduty-webhook.ts';
import { secretsOf } from '../lib/pager/secrets.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';

const surroundings = openSurroundings();

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('pager-pagerduty'))
  .handler(async (event) => {
    const integrationId = integrationInAddress(event);
    const bytes = rawBody(event, PAYLOAD_LIMIT);
    const isSigned: Admission = async () =>
      isSignedByPagerDuty(event.headers['x-pagerduty-signature'], bytes, await secretsOf(integrationId, Date.now()));
    const around = surroundings(event.requestContext.requestId);
    return told(await takeBytes(around, { integrationId, source: 'pagerduty' }, isSigned, bytes, pagerDutyIntake));
  });
