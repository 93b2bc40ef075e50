import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { readRoutes, reportPath, toolNames } from '../lib/model.ts';
import type { Decisions } from './decisions.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';
import type { Pagers } from './pagers.ts';
import type { Report } from './report.ts';
import type { Tools } from './tools.ts';

type Options = Deployment & {
  tools: Tools;
  report: Report;
  pagers: Pagers;
  mcp: McpEndpoint;
  decisions: Decisions;
  throttle: { rateLimit: number; burstLimit: number };
};

/** Answers without a look-up: what they take of a CPU matters to nobody, and a stranger's calls should cost little. */
const small = { memorySize: 256, timeout: Duration.seconds(5) };

/** The board's page and what it loads; its data comes by the reads over GET. */
export const boardPaths = ['/', '/board.js', '/board.css'] as const;

/** Who called what, how it ended and how long it took. No header and no query: the token is in the one, a signed link in the other. */
const accessLog = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  functionStatus: '$context.integrationStatus',
  error: '$context.error.message',
  functionError: '$context.integrationErrorMessage',
};

/** One route per tool, a second of those that are read over GET, that of the report, those of the doors for pages, the page of a question, the health check, the documents, the board, and a refusal for all else. */
export class Api extends Construct {
  readonly api: HttpApi;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, options: Options) {
    const { tools, report, pagers, mcp, decisions, throttle, ...deployment } = options;
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    const lookedUp =
      'The function looks the token up in its one read: a revocation holds at once, and no authorizer starts cold before it.';
    for (const name of toolNames) {
      this.#route(name, HttpRouteKey.with(`/tools/${name}`, HttpMethod.POST), tools.functions[name], lookedUp);
    }
    for (const { path, tool } of readRoutes) {
      this.#route(`${tool}-get`, HttpRouteKey.with(path, HttpMethod.GET), tools.functions[tool], lookedUp);
    }
    this.#route('report', HttpRouteKey.with(reportPath, HttpMethod.GET), report.report, lookedUp);
    for (const { method, path, pager } of pagers.routes) {
      const reason =
        'The function weighs what the source has: a signature over the body, which no authorizer sees, or a key in it.';
      const id = `Pager${path.replaceAll('/', '-')}${method === HttpMethod.POST ? '' : `-${method}`}`;
      this.#route(id, HttpRouteKey.with(path, method), pager, reason);
    }
    for (const { method, path, target, withoutAuthorizer } of mcp.routes)
      this.#route(`Mcp${path.replaceAll('/', '-')}`, HttpRouteKey.with(path, method), target, withoutAuthorizer);
    for (const method of decisions.methods) {
      const key = HttpRouteKey.with(decisions.path, method);
      this.#route(`Decision-${method}`, key, decisions.decision, 'The function verifies the link, which is signed.');
    }
    const health = new ServiceFunction(this, 'health', {
      ...deployment,
      ...small,
      entry: 'health',
      description: 'GET /healthz',
    });
    const open = 'It answers anyone the same bytes, and reaches nothing.';
    this.#route('Health', HttpRouteKey.with('/healthz', HttpMethod.GET), health, open);
    const openapi = new ServiceFunction(this, 'openapi', {
      ...deployment,
      ...small,
      entry: 'openapi',
      description: 'GET /openapi.json, GET /docs',
    });
    this.#route('Openapi', HttpRouteKey.with('/openapi.json', HttpMethod.GET), openapi, open);
    this.#route('Docs', HttpRouteKey.with('/docs', HttpMethod.GET), openapi, open);
    const board = new ServiceFunction(this, 'board', {
      ...deployment,
      ...small,
      entry: 'board',
      description: boardPaths.map((path) => `GET ${path}`).join(', '),
    });
    for (const path of boardPaths)
      this.#route(`Board${path.replaceAll('/', '-')}`, HttpRouteKey.with(path, HttpMethod.GET), board, open);
    const notFound = new ServiceFunction(this, 'not-found', {
      ...deployment,
      ...small,
      entry: 'not-found',
      description: 'Refuses what has no route',
    });
    this.#route('NotFound', HttpRouteKey.DEFAULT, notFound, open);

    this.accessLog = new LogGroup(this, 'AccessLog', {
      // CloudWatch Logs admits groups of this prefix without growing its resource policy, which holds 5,120 characters
      // for the whole account (CloudWatch Logs user guide, "Enabling logging from AWS services").
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}/api`,
      retention: deployment.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
  }

  #route(id: string, routeKey: HttpRouteKey, { lambda }: ServiceFunction, withoutAuthorizer: string): void {
    const integration = new HttpLambdaIntegration(`${id}Integration`, lambda);
    const route = new HttpRoute(this, `${id}Route`, { httpApi: this.api, routeKey, integration });
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: withoutAuthorizer });
  }
}
