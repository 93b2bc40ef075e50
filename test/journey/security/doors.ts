/** The doors by which tools are called: one function for each, or the one that runs them all. */

import { randomUUID } from 'node:crypto';
import { metaKeys } from '../../../lib/mcp/meta.ts';
import type { ToolName } from '../../../lib/model.ts';
import { wire } from '../../support/mcp.ts';
import type { Body, Service } from '../../support/service.ts';

/** Calls a tool under a new key and in a new turn, which are what a call can leave in the table beside its effect. */
export type ToolDoor = { call: (who: string, tool: ToolName, input: object) => Promise<Body> };

export const overHttp = (service: Service): ToolDoor => ({
  call: async (who, tool, input) => {
    const headers = { 'idempotency-key': randomUUID(), 'x-turn-id': randomUUID() };
    return (await service.call(who, tool, input, headers)).body;
  },
});

export const overMcp = (url: string, { tokens }: Service): ToolDoor => ({
  call: async (who, name, input) => {
    const _meta = { [metaKeys.idempotencyKey]: randomUUID(), [metaKeys.turnId]: randomUUID() };
    const { headers, message } = wire('2026-07-28', 'tools/call', { name, arguments: input, _meta });
    const answer = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: {
        ...headers,
        authorization: `Bearer ${tokens[who]}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(message),
    });
    const { result } = (await answer.json()) as Body;
    return JSON.parse(result.content.at(-1).text);
  },
});
