import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { Tools } from './tools.ts';

type Options = Deployment & { tools: Tools; allowedOrigins: readonly string[] };

type McpRoute = { method: HttpMethod; path: string; target: ServiceFunction; withoutAuthorizer: string };

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** RFC 9728 puts the path of what is described behind; clients that know no path ask without. */
const described = [WELL_KNOWN, `${WELL_KNOWN}/mcp`];

/** `/mcp`, which runs every tool, and what it says of itself to those who come without a token. */
export class McpEndpoint extends Construct {
  readonly mcp: ServiceFunction;
  readonly routes: readonly McpRoute[];

  constructor(scope: Construct, id: string, { tools, allowedOrigins, ...deployment }: Options) {
    super(scope, id);
    this.mcp = new ServiceFunction(this, 'mcp', { ...deployment, entry: 'mcp', description: 'ANY /mcp' });
    tools.bindAll(this.mcp);
    this.mcp.set(env.mcpAllowedOrigins, JSON.stringify(allowedOrigins));
    const metadata = new ServiceFunction(this, 'resource-metadata', {
      ...deployment,
      memorySize: 256,
      timeout: Duration.seconds(5),
      entry: 'resource-metadata',
      description: described.map((path) => `GET ${path}`).join(', '),
    });
    this.routes = [
      {
        // What is no POST is refused as the protocol has it.
        method: HttpMethod.ANY,
        path: '/mcp',
        target: this.mcp,
        withoutAuthorizer: 'The tool that is called looks the token up in its one read, else the function does.',
      },
      ...described.map((path) => ({
        method: HttpMethod.GET,
        path,
        target: metadata,
        withoutAuthorizer: 'It tells anyone how to come with a token, and reaches nothing.',
      })),
    ];
  }
}
