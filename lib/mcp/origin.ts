import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const originOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** The address of the endpoint, as its caller reached it: `https://host/mcp`. */
export const addressOf = ({ headers, requestContext }: APIGatewayProxyEventV2, path: string): string => {
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  return `${scheme}://${headers.host ?? requestContext.domainName}${path}`;
};

/**
 * Whether the page that a browser sends this request from may: one of the same host, or one that the operator named.
 * A request without `Origin` comes from no page. The protocol asks for this against DNS rebinding (docs/adr/0094).
 */
export const isOriginAllowed = (event: APIGatewayProxyEventV2, allowed: readonly string[]): boolean => {
  const given = event.headers.origin;
  if (given === undefined) return true;
  const origin = originOf(given);
  if (!origin || !/^https?:$/.test(origin.protocol)) return false;
  return origin.host === originOf(addressOf(event, '/'))?.host || allowed.includes(origin.origin);
};
