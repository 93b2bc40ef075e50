/** POST /pager/alertmanager. */

import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../lib/http/answer.ts';
import { alertmanagerIntake } from '../lib/pager/alertmanager.ts';
import { takeWithBearer, told } from '../lib/pager/door.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';

const surroundings = openSurroundings();

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('pager-alertmanager'))
  .handler(async (event) => {
    const around = surroundings(event.requestContext.requestId);
    return told(await takeWithBearer(event, around, 'alertmanager', alertmanagerIntake));
  });
