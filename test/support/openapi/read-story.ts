/** What is read over GET. */

import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Sent } from '../../../infra/docs/openapi/exchange.ts';
import { readRoutes, type ToolName } from '../../../lib/model.ts';
import type { Service } from '../service.ts';
import type { Recorder } from './recorder.ts';

type Asked = { who: string; path?: Record<string, string> } & Pick<Sent, 'query' | 'headers'>;

const read = (play: Recorder, service: Service, tool: ToolName, summary: string, asked: Asked) => {
  const { who, path = {}, query = {}, headers } = asked;
  const route = readRoutes.find((each) => each.tool === tool)?.path ?? '';
  const lower = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const event = {
    version: '2.0',
    routeKey: `GET ${route}`,
    rawPath: route,
    pathParameters: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...Object.fromEntries(lower), authorization: `Bearer ${service.tokens[who] ?? who}` },
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID() },
  } as unknown as APIGatewayProxyEventV2;
  const shown = { ...(headers && { headers }), query: { ...path, ...query } };
  return play.exchange(`get_${tool}`, summary, shown, async () => {
    const { handler } = await import(`../../../functions/tools/${tool}.ts`);
    const { statusCode, headers: answered, body = 'null' } = await handler(event, {});
    return { status: statusCode, headers: answered, body: JSON.parse(body) };
  });
};

export const playReads = async (play: Recorder, service: Service): Promise<void> => {
  const who = 'operator-1';
  await read(play, service, 'atp_get', 'Read an ATP', { who, path: { atpId: 'AT-10' } });
  await read(play, service, 'atp_get', 'Read an unknown ATP', { who, path: { atpId: 'AT-404' } });
  await read(play, service, 'atp_list', 'List the bugfixes', { who, query: { type: 'bugfix', limit: '2' } });
  await read(play, service, 'atp_list', 'A limit that is too high', { who, query: { limit: '1000' } });
  await read(play, service, 'message_list', 'Read the inbox of my role', { who, query: { limit: '1' } });
  await read(play, service, 'message_list', 'Without a token that is known', { who: 'nobody' });
};
