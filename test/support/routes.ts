import type { Template } from '../../infra/local/template.ts';
import { resourcesOf } from '../../infra/local/template.ts';

export type DeployedRoute = { method: string; path: string };

/** Every route of the template but the one for all else; `ANY` is asked by POST. */
export const routesOf = (template: Template): DeployedRoute[] =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route')
    .map(([, { RouteKey }]) => String(RouteKey))
    .filter((key) => key !== '$default')
    .map((key) => {
      const [method = '', path = ''] = key.split(' ');
      return { method: method === 'ANY' ? 'POST' : method, path };
    });

/** The path with `atpId` in place of what it leaves open. */
export const pathFor = ({ path }: DeployedRoute, atpId: string): string => path.replace(/\{[^}]+\}/g, atpId);
