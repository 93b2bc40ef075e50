/** POST /pager/sns?integration=…: CloudWatch alarms by a topic of SNS over HTTPS. The signature lets them in. */

import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../lib/http/answer.ts';
import { alarmMessageIntake } from '../lib/pager/cloudwatch.ts';
import { asJson, integrationInAddress, PAYLOAD_LIMIT, rawBody, takeFrom, told } from '../lib/pager/door.ts';
import type { Integration } from '../lib/pager/integration.ts';
import type { Intake } from '../lib/pager/page.ts';
import {
  certificateKeys,
  readSnsMessage,
  type SnsMessage,
  snsStep,
  verifySnsMessage,
} from '../lib/pager/sns-message.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';
import { Refusal } from '../lib/refusal.ts';

const surroundings = openSurroundings();
/** SNS waits 15 s for an answer. */
const PATIENCE_MS = 5_000;

/** Redirects would lead to where nobody looked. */
const get = async (url: string): Promise<string> => {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}`);
  return answer.text();
};
const keyOf = certificateKeys(get);

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('pager-sns'))
  .handler(async (event) => {
    const integrationId = integrationInAddress(event);
    const message = readSnsMessage(asJson(rawBody(event, PAYLOAD_LIMIT)), event.headers);
    const isSigned = async ({ arns = [] }: Integration): Promise<boolean> => {
      await verifySnsMessage(message, arns, keyOf);
      return true;
    };
    const around = surroundings(event.requestContext.requestId);
    const taken = await takeFrom(around, { integrationId, source: 'cloudwatch' }, isSigned, intakeOf(message));
    const step = snsStep(message);
    if ('confirm' in step) await confirm(step.confirm);
    return told(taken);
  });

/** Of what is not verified yet: nothing is done with it before it is. */
const intakeOf = (message: SnsMessage): Intake => {
  if (message.type !== 'Notification') return [];
  const { Message = '', MessageId } = message.signed;
  return alarmMessageIntake(Message, MessageId);
};

/** Only after the signature, the topic and the host were checked. */
const confirm = async (url: string): Promise<void> => {
  try {
    await get(url);
  } catch (cause) {
    throw new Refusal('UNAVAILABLE', 'The subscription could not be confirmed. SNS sends the confirmation again.', {
      cause,
    });
  }
};
