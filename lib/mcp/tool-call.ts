import type { CallToolResult } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type ToolName, toolNames } from '../model.ts';
import type { Problem } from '../refusal.ts';
import type { McpCall } from './call.ts';
import { metaKeys } from './meta.ts';

/** Runs a tool's own handler, in this process. */
export type RunTool = (name: ToolName, event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

export type Asked = { name: string; input: unknown; meta?: Readonly<Record<string, unknown>> | undefined };
export type Answered = { body: string; replayed: boolean; refusal?: Problem };

/**
 * The call as API Gateway would have handed it to the tool's own function: the same reads, the same writes, the same
 * codes. A refused token is left on the call for the endpoint to answer.
 */
export const askTool = async (run: RunTool, call: McpCall, asked: Asked): Promise<Answered> => {
  const name = toolNames.find((each) => each === asked.name);
  if (!name) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${asked.name.slice(0, 100)}`);
  const { statusCode, body = '', headers = {} } = await run(name, eventOf(call.event, name, asked));
  if (statusCode === 200) {
    call.identified = true;
    return { body, replayed: headers['idempotent-replayed'] === 'true' };
  }
  const refusal = JSON.parse(body) as Problem;
  if (refusal.code === 'UNAUTHENTICATED') call.refused = refusal;
  // One that could not be reached says nothing of the token; neither does its problem tell anybody anything.
  else call.identified = true;
  return { body, replayed: false, refusal };
};

/** A refusal is told to the model, which can act on it: as the text alone, since 1.x clients hold structured content of errors against the schema of answers. */
export const callTool = async (run: RunTool, call: McpCall, asked: Asked): Promise<CallToolResult> => {
  const { body, replayed, refusal } = await askTool(run, call, asked);
  if (refusal) return { content: [textOf(body)], isError: true };
  const isLong = body.length > TEXT_LIMIT;
  const answer: CallToolResult = {
    content: [textOf(isLong ? 'The answer stands in structuredContent alone: twice it would be too long.' : body)],
    structuredContent: JSON.parse(body) as Record<string, unknown>,
    ...(replayed && { _meta: { [metaKeys.replayed]: true } }),
  };
  return isLong && Buffer.byteLength(JSON.stringify(JSON.stringify(answer))) > ANSWER_LIMIT ? tooLong(asked) : answer;
};

/** Characters of an answer that is given as a text as well. */
const TEXT_LIMIT = 500_000;
/** A Lambda answers with 6 MB at most, its body escaped once more (Lambda quotas). */
const ANSWER_LIMIT = 5_900_000;

const textOf = (text: string) => ({ type: 'text' as const, text });
const tooLong = ({ name }: Asked): CallToolResult => ({
  content: [
    textOf(
      `The answer is too long to be given here. Nothing is wrong with the call: ask for less (limit), or call POST /tools/${name}.`,
    ),
  ],
  isError: true,
});

const eventOf = (
  event: APIGatewayProxyEventV2,
  name: ToolName,
  { input, meta = {} }: Asked,
): APIGatewayProxyEventV2 => {
  const path = `/tools/${name}`;
  const routeKey = `POST ${path}`;
  const { http } = event.requestContext;
  return {
    ...event,
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      authorization: event.headers.authorization,
      'content-type': 'application/json',
      ...headerOf('idempotency-key', meta[metaKeys.idempotencyKey]),
      ...headerOf('x-turn-id', meta[metaKeys.turnId]),
    },
    requestContext: { ...event.requestContext, routeKey, http: { ...http, method: 'POST', path } },
    body: jsonOf(input),
    isBase64Encoded: false,
  };
};

/** What is no text becomes a header that the tool refuses by its name. */
const headerOf = (header: string, value: unknown): Record<string, string> =>
  value === undefined ? {} : { [header]: typeof value === 'string' ? value : '' };

const jsonOf = (input: unknown): string => {
  try {
    return JSON.stringify(input ?? {});
  } catch {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'The arguments are nested too deeply.');
  }
};
