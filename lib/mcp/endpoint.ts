import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerRefusals } from '../http/answer.ts';
import { bearerToken } from '../http/bearer.ts';
import { UNKNOWN_CALLER_LIMIT } from '../http/limits.ts';
import { learn, tellRefusal } from '../http/refused.ts';
import { Refusal } from '../refusal.ts';
import type { McpCall } from './call.ts';
import { challenge } from './challenge.ts';
import { type Message, messageOf, protocolError, rpcCodes } from './message.ts';
import { isOriginAllowed } from './origin.ts';
import { type ServerFor, throughSdk } from './transport.ts';

type Options = {
  serverFor: (call: McpCall) => ReturnType<ServerFor>;
  /** One read of the caller's token. Throws `UNAUTHENTICATED`. */
  identify: (event: APIGatewayProxyEventV2) => Promise<unknown>;
  /** Origins of pages on other hosts that may call, as `https://host`. */
  allowedOrigins: readonly string[];
};

/** `POST /mcp`: the Model Context Protocol without state, one JSON answer to one message. */
export const mcpEndpoint = (options: Options) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerRefusals('mcp'))
    .handler((event) => answer(options, event));

const answer = async (options: Options, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  if (!isOriginAllowed(event, options.allowedOrigins))
    return protocolError(403, rpcCodes.transport, 'Pages of this origin may not call here.');
  if (event.requestContext.http.method !== 'POST')
    return protocolError(405, rpcCodes.transport, 'Only POST is served here: there are no streams and no sessions.', {
      headers: { allow: 'POST' },
    });
  try {
    return await identified(options, event);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'UNAUTHENTICATED') throw error;
    learn(event, { tool: 'mcp' });
    tellRefusal(event, error.code);
    return challenge(event, error.toProblem(event.requestContext.requestId));
  }
};

/** The answer, once the token was found good: by the tool that is called, in its one read, else by a read here. */
const identified = async (
  { serverFor, identify }: Options,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> => {
  bearerToken(event);
  const call: McpCall = { event, identified: false };
  const identifyOnce = async (): Promise<void> => {
    if (!call.identified) await identify(event);
    call.identified = true;
  };
  if ((event.body?.length ?? 0) > UNKNOWN_CALLER_LIMIT) await identifyOnce();
  const { message, fault } = messageOf(event);
  if (message) call.message = message;
  if (fault || message.method !== 'tools/call') await identifyOnce();
  const result = fault ?? unserved(message) ?? (await throughSdk(event, message, () => serverFor(call)));
  if (call.refused) return challenge(event, call.refused);
  // The protocol refused it before any tool was reached.
  await identifyOnce();
  return result;
};

/** The SDK would hold its answer open for as long as the function runs. */
const unserved = ({ method, id }: Message): APIGatewayProxyStructuredResultV2 | undefined =>
  method === 'subscriptions/listen'
    ? protocolError(404, rpcCodes.unknownMethod, 'Nothing can be subscribed to here: poll instead.', { id })
    : undefined;
