/** GET and POST /decision?link=…: the page of a question to the operator, and the click that decides it. */

import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  decide,
  isDecidedSo,
  type Opened,
  open,
  refuseOutdated,
  reopened,
  type Surroundings,
} from '../lib/decision/decide.ts';
import { readForm } from '../lib/decision/form.ts';
import { openLinkKey } from '../lib/decision/key.ts';
import { choicePage, decidedPage, refusalPage } from '../lib/decision/page.ts';
import { env, required, requiredJson } from '../lib/env.ts';
import { answerRefusals } from '../lib/http/answer.ts';
import type { Timeouts } from '../lib/model.ts';
import { Refusal } from '../lib/refusal.ts';
import { openTable } from '../lib/store/client.ts';

const surroundings: Surroundings = {
  table: openTable(),
  key: openLinkKey(required(env.decisionKey)),
  timeouts: requiredJson<Timeouts>(env.timeouts),
  webhooks: requiredJson<boolean>(env.webhooks),
};

const addressOf = ({ rawPath, queryStringParameters }: APIGatewayProxyEventV2): string =>
  `${rawPath}?link=${encodeURIComponent(queryStringParameters?.link ?? '')}`;

/** A mail scanner opens it, often, before a person does: it reads, and changes nothing. */
const show = (event: APIGatewayProxyEventV2, opened: Opened): APIGatewayProxyStructuredResultV2 => {
  const { decision } = opened.question;
  if (decision) return decidedPage(opened, decision);
  refuseOutdated(opened);
  return choicePage(opened, addressOf(event));
};

const isDecided = (error: unknown): boolean => error instanceof Refusal && error.code === 'ALREADY_EXISTS';

/** The second click of a double click has what it wanted, and is shown the same. */
const click = async (event: APIGatewayProxyEventV2, opened: Opened): Promise<APIGatewayProxyStructuredResultV2> => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const said = readForm(event.headers['content-type'] ?? '', body);
  const refusal = await decide(opened, said, surroundings, event.requestContext.requestId).catch((error: unknown) => {
    if (isDecided(error)) return error;
    throw error;
  });
  const now = await reopened(opened, surroundings);
  const { decision } = now.question;
  if (decision && (await isDecidedSo(now, said, surroundings))) return decidedPage(now, decision);
  throw refusal;
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerRefusals('decision', refusalPage))
  .handler(async (event) => {
    const opened = await open(event, surroundings);
    return event.requestContext.http.method === 'POST' ? click(event, opened) : show(event, opened);
  });
