import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Problem } from '../refusal.ts';
import type { Message } from './message.ts';

/** One request to the endpoint, as all that takes part in answering it sees it. */
export type McpCall = {
  event: APIGatewayProxyEventV2;
  /** As it came: the SDK's copy of it lacks what no object of its own has, a key `__proto__` say. */
  message?: Message;
  /** Whether the caller's token was looked up and found good. */
  identified: boolean;
  /** Why it was not: the request is then answered with a challenge, whatever the protocol's answer would be. */
  refused?: Problem;
};
