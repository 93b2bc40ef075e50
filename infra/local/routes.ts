import type { LocalFunction } from './functions.ts';

/** A route of an HTTP API and what it leads to. */
export type Route = {
  /** `POST /tools/atp_set`, `ANY /files/{proxy+}` or `$default`. */
  key: string;
  target: LocalFunction;
  /** Until the gateway gives up on the function, in milliseconds. */
  timeoutMs: number;
};

export type RouteMatch = { route: Route; pathParameters: Record<string, string> };

type Matcher = { route: Route; rank: number; method: string; path: RegExp };

/** Lower is looked at first (API Gateway developer guide, "Routing API requests"). */
const ranks = { exact: 0, variable: 1, greedy: 2, default: 3 } as const;

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const matcherOf = (route: Route): Matcher => {
  if (route.key === '$default') return { route, rank: ranks.default, method: 'ANY', path: /^/ };
  const [method = '', path = ''] = route.key.split(' ');
  const source = path.replace(/\{(\w+)(\+?)\}|[^{}]+/g, (part, name?: string, greedy?: string) =>
    name ? `(?<${name}>${greedy ? '.+' : '[^/]+'})` : quoted(part),
  );
  const rank = path.includes('+}') ? ranks.greedy : path.includes('{') ? ranks.variable : ranks.exact;
  return { route, rank, method, path: new RegExp(`^${source}$`) };
};

/** Finds the most specific route: whole paths before variables before greedy ones, a method before `ANY`, `$default` last. */
export const router = (routes: readonly Route[]): ((method: string, path: string) => RouteMatch | undefined) => {
  const order = ({ rank, method }: Matcher): number => rank * 2 + Number(method === 'ANY');
  const matchers = routes.map(matcherOf).toSorted((one, other) => order(one) - order(other));
  return (method, path) => {
    for (const matcher of matchers) {
      const match = matcher.path.exec(path);
      if (match && (matcher.method === 'ANY' || matcher.method === method))
        return { route: matcher.route, pathParameters: { ...match.groups } };
    }
    return undefined;
  };
};
