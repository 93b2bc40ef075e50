/** What is read over GET. */

import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Sent } from '../../../infra/docs/openapi/exchange.ts';
import { readRoutes, reportPath, type ToolName } from '../../../lib/model.ts';
import type { Service } from '../service.ts';
import type { Recorder } from './recorder.ts';

type Asked = { who: string; path?: Record<string, string> } & Pick<Sent, 'query' | 'headers'>;

const read = (play: Recorder, service: Service, tool: ToolName, summary: string, asked: Asked) => {
  const path = readRoutes.find((each) => each.tool === tool)?.path ?? '';
  return readAt(
    play,
    service,
    { name: tool, path, load: () => import(`../../../functions/tools/${tool}.ts`) },
    summary,
    asked,
  );
};

const report = (play: Recorder, service: Service, summary: string, asked: Asked) =>
  readAt(
    play,
    service,
    { name: 'report', path: reportPath, load: () => import('../../../functions/report.ts') },
    summary,
    asked,
  );

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;
type Route = { name: string; path: string; load: () => Promise<{ handler: unknown }> };

const readAt = (play: Recorder, service: Service, route: Route, summary: string, asked: Asked) => {
  const { who, path = {}, query = {}, headers } = asked;
  const lower = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const event = {
    version: '2.0',
    routeKey: `GET ${route.path}`,
    rawPath: route.path,
    pathParameters: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...Object.fromEntries(lower), authorization: `Bearer ${service.tokens[who] ?? who}` },
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID() },
  } as unknown as APIGatewayProxyEventV2;
  const shown = { ...(headers && { headers }), query: { ...path, ...query } };
  return play.exchange(`get_${route.name}`, summary, shown, async () => {
    const { handler } = (await route.load()) as { handler: Handler };
    const { statusCode = 0, headers: given = {}, body = 'null' } = await handler(event, {});
    const answered = given as Record<string, string>;
    const isJson = answered['content-type']?.includes('json');
    return { status: statusCode, headers: answered, body: isJson ? JSON.parse(body) : body };
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
  const path = { atpId: 'AT-7' };
  await report(play, service, 'Export an incident', { who, path });
  await report(play, service, 'Export an incident as Markdown', { who, path, headers: { Accept: 'text/markdown' } });
  await report(play, service, 'A form that there is not', { who, path, headers: { Accept: 'application/pdf' } });
};
