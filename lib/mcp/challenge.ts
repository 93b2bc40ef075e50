import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from '../refusal.ts';
import { addressOf } from './origin.ts';

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

/** 401 as RFC 9728 and RFC 6750 have it: where the resource describes itself, and whether a token was at fault. */
export const challenge = (event: APIGatewayProxyEventV2, problem: Problem): APIGatewayProxyStructuredResultV2 => {
  const metadata = `resource_metadata="${addressOf(event, `${METADATA_PATH}/mcp`)}"`;
  const fault = event.headers.authorization ? ', error="invalid_token"' : '';
  return {
    statusCode: 401,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'www-authenticate': `Bearer ${metadata}${fault}`,
    },
    body: JSON.stringify(problem),
  };
};
