import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { jsonAnswer } from '../lib/http/answer.ts';
import { addressOf } from '../lib/mcp/origin.ts';

/**
 * GET /.well-known/oauth-protected-resource (RFC 9728): what `/mcp` says of itself. There is no authorization server to
 * name: whoever runs the service issues the tokens (docs/adr/0094).
 */
export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  jsonAnswer(
    JSON.stringify({
      resource: addressOf(event, '/mcp'),
      bearer_methods_supported: ['header'],
      resource_name: 'Hotfix control plane',
      resource_documentation: addressOf(event, '/docs'),
    }),
  );
