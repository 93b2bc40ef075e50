import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import { answerRefusals } from './http/answer.ts';
import { bearerToken } from './http/bearer.ts';
import { type Parsed, parseCall } from './http/input.ts';
import { UNKNOWN_CALLER_LIMIT } from './http/limits.ts';
import { learn } from './http/refused.ts';
import { messageParts } from './ids.ts';
import { nameOf } from './metrics/effects.ts';
import type { Principal, ToolName } from './model.ts';
import { principalOf, type TokenItem } from './principal.ts';
import { Refusal } from './refusal.ts';
import { openTable, type Table } from './store/client.ts';
import { atpOf } from './store/items.ts';
import { type Key, keys } from './store/keys.ts';
import { type Items, readItems } from './store/read.ts';

/** What is called with a token: a tool, or what is read over GET alone. `Given` is its input as callers write it: fields with a default may be left out. */
export type Door<Input, Given = unknown> = {
  name: string;
  input: z.ZodMiniType<Input, Given>;
  /** Keys wanted in the same request as the token. */
  reads?: (input: Input) => Key[];
};

/** What every tool has, beside its `Documentation` (lib/catalogue). */
export type Tool<Input, Given = unknown> = Door<Input, Given> & { name: ToolName };

/** Who calls, and all that the call's one read brought. */
export type Caller = {
  table: Table;
  items: Items;
  principal: Principal;
  requestId: string;
  markers: { idempotency?: Key; turn?: Key };
  /** When the call came in, milliseconds since the epoch. */
  began: number;
};

/** What a tool does once the caller is known and the input is good: `readingTool` and `writingTool` bring it. */
export type Effect<Input> = (input: Input, caller: Caller) => Promise<APIGatewayProxyStructuredResultV2>;

/** The Lambda handler of a tool or a door like it: identity from the credential, then the input, then the one read, then the effect. */
export const serve = <Input>(
  tool: Door<Input>,
  effect: Effect<Input>,
  { keepsMarkers = false, parse = (event) => parseCall(event, tool.input) }: Serving<Input> = {},
) => {
  const table = openTable();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerRefusals(tool.name))
    .handler((event) => answer({ tool, effect, table, keepsMarkers, parse }, event));
};

/** `parse` reads the input of a call: left out, from the body of a POST. */
type Serving<Input> = { keepsMarkers?: boolean; parse?: (event: APIGatewayProxyEventV2) => Parsed<Input> };
type Served<Input> = { tool: Door<Input>; effect: Effect<Input>; table: Table } & Required<Serving<Input>>;

const answer = async <Input>(
  { tool, effect, table, keepsMarkers, parse }: Served<Input>,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const began = Date.now();
  const credential = bearerToken(event);
  const token = keys.token(credential);
  const whose = async (): Promise<void> =>
    learn(event, { principal: nameOf(identify(await readItems(table, [token]), token)) });
  if ((event.body?.length ?? 0) > UNKNOWN_CALLER_LIMIT) await whose();
  const { input, fault, idempotencyKey, turnId } = parse(event);
  if (fault || input === undefined) {
    await whose();
    throw fault ?? new Error('a call without input and without fault');
  }
  const markers = {
    ...(keepsMarkers && idempotencyKey && { idempotency: keys.idempotency(credential, idempotencyKey) }),
    ...(keepsMarkers && turnId && { turn: keys.turn(credential, turnId) }),
  };
  const items = await readItems(table, [token, ...(tool.reads?.(input) ?? []), ...Object.values(markers)]);
  const principal = identify(items, token);
  learn(event, { principal: nameOf(principal), ...subjectOf(input, items) });
  refuseOtherAgent(input, principal);
  return effect(input, { table, items, principal, requestId: event.requestContext.requestId, markers, began });
};

/** Who bears the token that was read. */
export const identify = (items: Items, token: Key): Principal => {
  const principal = principalOf(items.get(token) as TokenItem | undefined, Date.now());
  if (principal) return principal;
  throw new Refusal(
    'UNAUTHENTICATED',
    'This token is unknown, expired or revoked. Ask whoever runs the service for a new one.',
  );
};

/** The ATP that a call is about, as far as its input and its one read tell. */
const subjectOf = (input: unknown, items: Items): { atpId?: string | undefined; drill: boolean } => {
  const { messageId = '', drill, ...named } = input as { atpId?: string; messageId?: string; drill?: boolean };
  const atpId = named.atpId ?? messageParts(messageId)?.atpId;
  const atp = atpId === undefined ? undefined : atpOf(items.get(keys.atp(atpId)));
  return { atpId, drill: atp ? Boolean(atp.drill) : Boolean(drill) };
};

/** The role comes from the credential; a body may repeat it, never change it. */
const refuseOtherAgent = (input: unknown, { role }: Principal): void => {
  const { agent, fromAgent } = input as { agent?: string; fromAgent?: string };
  const other = [agent, fromAgent].find((named) => named !== undefined && named !== role);
  if (other === undefined) return;
  throw new Refusal(
    'AGENT_MISMATCH',
    `The body names ${other}, but this credential is ${role}'s. Leave agent and fromAgent out, or call with ${other}'s token.`,
  );
};
