/** What is asked through the Model Context Protocol. */

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Mcp, mcpEvent, wire } from '../mcp.ts';
import type { Service } from '../service.ts';
import type { Recorder } from './recorder.ts';

const ERA = '2026-07-28';

export const playAgents = async (play: Recorder, service: Service): Promise<void> => {
  const mcp = new Mcp(service);
  const ask = (summary: string, who: string, method: string, params = {}) => {
    const { headers, message } = wire(ERA, method, params);
    const authorization = `Bearer ${service.tokens[who] ?? who}`;
    return play.exchange('mcp', summary, { headers, body: message }, () =>
      mcp.send(mcpEvent(message, { ...headers, authorization })),
    );
  };
  await ask('Call a tool', 'dev-1', 'tools/call', { name: 'flow_get', arguments: { type: 'review' } });
  await ask('Call a method that is not served', 'dev-1', 'subscriptions/listen');
  await ask('Without a token that is known', 'nobody', 'tools/list');
  for (const [id, path] of [
    ['resource_metadata', '/.well-known/oauth-protected-resource'],
    ['resource_metadata_of_mcp', '/.well-known/oauth-protected-resource/mcp'],
  ] as const) {
    await play.exchange(id, 'Read how to come to /mcp', {}, async () => {
      const { handler } = await import('../../../functions/resource-metadata.ts');
      const event = { ...mcpEvent('', {}, 'GET'), rawPath: path } as APIGatewayProxyEventV2;
      const { statusCode = 0, headers = {}, body = 'null' } = await handler(event);
      return { status: statusCode, headers: headers as Record<string, string>, body: JSON.parse(body) };
    });
  }
};
