import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { RecordRef } from './flow/write.ts';
import { answerRefusals, jsonAnswer } from './http/answer.ts';
import { bearerToken } from './http/bearer.ts';
import { parseCall } from './http/input.ts';
import type { Principal, ToolName } from './model.ts';
import { principalOf, type TokenItem } from './principal.ts';
import { Refusal } from './refusal.ts';
import { openTable, type Table } from './store/client.ts';
import { keyOf } from './store/items.ts';
import { type Key, keys } from './store/keys.ts';
import { type Items, readItems } from './store/read.ts';
import { perform, type WritingTool } from './write-tool.ts';

type Definition<Input> = {
  name: ToolName;
  title: string;
  /** For the agent that chooses between tools. */
  description: string;
  input: z.ZodMiniType<Input>;
};

/** What a read may use beside its input. `items` holds what it asked for in `reads`. */
export type Reading = { table: Table; items: Items; principal: Principal };

export type ReadingTool<Input> = {
  /** Keys wanted in the same request as the token. */
  reads?: (input: Input) => Key[];
  answer: (input: Input, reading: Reading) => Promise<object> | object;
};

/** One tool: its schema, its description, and either what it reads or what it plans. */
export type Tool<Input> = Definition<Input> & (ReadingTool<Input> | WritingTool<Input>);

/** An ATP among what a tool reads, if its input names one. */
export const atpRef = (atpId: string | undefined): RecordRef[] => (atpId ? [{ kind: 'atp', atpId }] : []);

/** Keeps the input's type for whoever imports the tool. */
export const defineTool = <Input>(tool: Tool<Input>): Tool<Input> => tool;

/** The Lambda handler of a tool: identity from the credential, then the input, then the one read, then the effect. */
export const serve = <Input>(tool: Tool<Input>) => {
  const table = openTable();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerRefusals())
    .handler((event) => answer(tool, table, event));
};

const answer = async <Input>(
  tool: Tool<Input>,
  table: Table,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const credential = bearerToken(event);
  const { input, fault, idempotencyKey, turnId } = parseCall(event, tool.input);
  const token = keys.token(credential);
  if (fault || input === undefined) {
    identify(await readItems(table, [token]), token);
    throw fault ?? new Error('a call without input and without fault');
  }
  const markers = {
    ...(idempotencyKey && { idempotency: keys.idempotency(credential, idempotencyKey) }),
    ...(turnId && { turn: keys.turn(credential, turnId) }),
  };
  const items = await readItems(table, [token, ...recordsOf(tool, input), ...Object.values(markers)]);
  const principal = identify(items, token);
  refuseOtherAgent(input, principal);
  if ('plan' in tool) return perform(tool, input, { table, items, principal, markers });
  return jsonAnswer(JSON.stringify(await tool.answer(input, { table, items, principal })));
};

const recordsOf = <Input>(tool: Tool<Input>, input: Input): Key[] =>
  'plan' in tool ? tool.reads(input).map((ref: RecordRef) => keyOf(ref)) : (tool.reads?.(input) ?? []);

const identify = (items: Items, token: Key): Principal => {
  const principal = principalOf(items.get(token) as TokenItem | undefined, Date.now());
  if (principal) return principal;
  throw new Refusal(
    'UNAUTHENTICATED',
    'This token is unknown, expired or revoked. Ask whoever runs the service for a new one.',
  );
};

/** The role comes from the credential; a body may repeat it, never change it. */
const refuseOtherAgent = (input: unknown, { role }: Principal): void => {
  const { agent, fromAgent } = input as { agent?: string; fromAgent?: string };
  const other = [agent, fromAgent].find((named) => named !== undefined && named !== role);
  if (other === undefined) return;
  throw new Refusal(
    'AGENT_MISMATCH',
    `The body names ${other}, but this credential is ${role}'s. Leave agent and fromAgent out, or call with ${other}'s token.`,
    { current: { role } },
  );
};
