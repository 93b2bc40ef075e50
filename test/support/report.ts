import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { reportPath } from '../../lib/model.ts';
import type { CallHeaders, Service } from './service.ts';

export type ReportAnswer = { status: number; text: string; headers: Record<string, string> };

/** Reads a report, called as API Gateway calls its function. */
export const askReport = async (
  service: Service,
  who: string,
  atpId: string,
  { query = '', headers = {} }: { query?: string; headers?: CallHeaders } = {},
): Promise<ReportAnswer> => {
  const { handler } = await import('../../functions/report.ts');
  const event = {
    version: '2.0',
    routeKey: `GET ${reportPath}`,
    rawPath: `/atps/${atpId}/report`,
    pathParameters: { atpId },
    rawQueryString: query,
    headers: { authorization: `Bearer ${service.tokens[who] ?? who}`, ...headers },
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID() },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event, {} as never);
  const { statusCode = 0, body: text = '', headers: answered = {} } = answer;
  if (Buffer.byteLength(JSON.stringify(answer)) > 6_291_556) throw new Error('more than a Lambda can answer');
  return { status: statusCode, text, headers: answered as Record<string, string> };
};

export const markdown = { headers: { accept: 'text/markdown' } };
