/** The Model Context Protocol: JSON-RPC, whose messages its own specification describes. */

import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';
import type { Answer, Operation } from './operation.ts';

const rpc = (more: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  type: 'object',
  properties: { jsonrpc: { type: 'string', const: '2.0' }, id: { type: ['string', 'integer', 'null'] }, ...more },
  required: ['jsonrpc', ...required],
});

const error = (description: string): Answer => ({
  description,
  schema: rpc(
    {
      error: {
        type: 'object',
        properties: { code: { type: 'integer' }, message: { type: 'string' } },
        required: ['code', 'message'],
      },
    },
    ['error'],
  ),
});

const described = (path: string, operationId: string): Operation => ({
  method: 'get',
  path,
  operationId,
  tag: 'Agents',
  summary: 'How to come to /mcp',
  description: 'The metadata of a protected resource (RFC 9728). No authorization server is named: tokens are issued.',
  security: [],
  answers: {
    200: {
      description: 'The metadata.',
      headers: ['Cache-Control'],
      schema: {
        type: 'object',
        properties: {
          resource: { type: 'string', format: 'uri' },
          bearer_methods_supported: { type: 'array', items: { type: 'string' } },
          resource_name: { type: 'string' },
          resource_documentation: { type: 'string', format: 'uri' },
        },
        required: ['resource'],
      },
    },
  },
  codes: [],
});

export const agentOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/mcp',
    operationId: 'mcp',
    tag: 'Agents',
    summary: 'Every tool, through the Model Context Protocol',
    description:
      'A JSON-RPC endpoint without state: one JSON answer to one message. docs/agents.md says how agents are connected.',
    security: ['bearer'],
    body: {
      schema: rpc({ method: { type: 'string' }, params: { type: 'object' } }, ['method']),
      description: 'One message of JSON-RPC.',
    },
    answers: {
      200: { description: 'The answer to a request.', schema: rpc({ result: { type: 'object' } }, []) },
      202: { description: 'A notification was taken.' },
      400: error('No message that can be served.'),
      403: error('Pages of this origin may not call.'),
      404: error('A method that is not served.'),
      405: error('Only POST is served.'),
      406: error('The answer would be JSON, which Accept leaves out.'),
      415: error('The body is not JSON.'),
    },
    codes: ['UNAUTHENTICATED', 'UNAVAILABLE', 'INTERNAL'],
  },
  described('/.well-known/oauth-protected-resource', 'resource_metadata'),
  described('/.well-known/oauth-protected-resource/mcp', 'resource_metadata_of_mcp'),
];
