import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { jsonAnswer } from '../lib/http/answer.ts';

/** GET /healthz: the gateway and Lambda answer. It reads no table, so that a prober cannot cost more than itself. */
export const handler = async (): Promise<APIGatewayProxyStructuredResultV2> =>
  jsonAnswer(JSON.stringify({ status: 'ok' }));
