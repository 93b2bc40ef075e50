import { type Functions, functionOf } from './deployment.ts';
import type { Api } from './gateway.ts';
import type { Route } from './routes.ts';
import { type References, resourcesOf, type Template } from './template.ts';

/** Most that an HTTP API waits for a function (API Gateway quotas), and what it waits where the template does not say. */
const INTEGRATION_TIMEOUT_MS = 30_000;

type IntegrationProperties = { IntegrationUri: unknown; TimeoutInMillis?: number };
type StageProperties = {
  DefaultRouteSettings?: { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number };
};

/** Routes of the template's HTTP API with its stage's throttle. */
export const apiOf = (template: Template, references: References, functions: Functions): Api => {
  const integrations = new Map<string, Omit<Route, 'key'>>();
  for (const [logicalId, properties] of resourcesOf(template, 'AWS::ApiGatewayV2::Integration')) {
    const { IntegrationUri, TimeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = properties as IntegrationProperties;
    references.add(logicalId, logicalId);
    const target = functionOf(functions, references.resolve(IntegrationUri));
    integrations.set(`integrations/${logicalId}`, { target, timeoutMs });
  }
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { RouteKey, Target }]): Route => {
    const integration = integrations.get(references.resolve(Target));
    if (!integration) throw new Error(`the route ${String(RouteKey)} leads to no integration of the template`);
    return { key: String(RouteKey), ...integration };
  });
  const [, stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage')[0] ?? [];
  const { DefaultRouteSettings = {} } = (stage ?? {}) as StageProperties;
  const { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit } = DefaultRouteSettings;
  return {
    routes,
    ...(rateLimit !== undefined && burstLimit !== undefined && { throttle: { rateLimit, burstLimit } }),
  };
};
