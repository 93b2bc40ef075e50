import type { CallerRole, PagerSource, Severity } from '../model.ts';
import type { Page } from './page.ts';

/** Where a page leads. `ignore` is understood and counted, and opens nothing. */
export const destinations = ['emergency', 'hotfix', 'bugfix', 'ignore'] as const;
export type Destination = (typeof destinations)[number];

/** Every list that is given has to hold the page's value; `*` in a value stands for any text. */
export type RoutingRule = {
  severity?: Severity[];
  environment?: string[];
  service?: string[];
  labels?: Record<string, string>;
  to: Destination;
  role?: CallerRole;
};

/** A way in for one credential of a source that is not a person. `sha256` of the credential, never the credential. */
export type IntegrationCredential = { sha256: string; createdAt: string; expiresAt?: string };

/** An integration as the table holds it. */
export type Integration = {
  integrationId: string;
  source: PagerSource;
  /** What a page means that does not say: the service, the environment, and the role that is directed. */
  service: string;
  environment: string;
  role: CallerRole;
  /** In order; the first that fits decides. */
  rules: RoutingRule[];
  credentials: IntegrationCredential[];
  /** ARNs of the topics whose messages are taken, or of the account's alarms: for CloudWatch. */
  arns?: string[];
  drill?: boolean;
  createdAt: string;
  revokedAt?: string;
};

export type Route = {
  to: Destination;
  role: CallerRole;
  service: string;
  environment: string;
  /** Which rule decided, for the log and the timeline. */
  why: string;
};

/** What a page leads to where no rule fits: a page of no severity is taken seriously. */
const bySeverity: Record<Severity, Destination> = {
  critical: 'hotfix',
  error: 'hotfix',
  warning: 'bugfix',
  info: 'ignore',
};

export const isProduction = (environment: string): boolean =>
  ['production', 'prod'].includes(environment.toLowerCase());

/** Where a page of this integration leads. What is not production never becomes a hotfix or an emergency: it waits its turn. */
export const routeOf = (integration: Integration, page: Page): Route => {
  const service = page.service ?? integration.service;
  const environment = page.environment ?? integration.environment;
  const place = integration.rules.findIndex((rule) => fits(rule, { ...page, service, environment }));
  const rule = integration.rules[place];
  const wanted = rule?.to ?? (page.severity ? bySeverity[page.severity] : 'hotfix');
  const why = rule ? `rule ${place + 1}` : `severity ${page.severity ?? 'not given'}`;
  const role = rule?.role ?? integration.role;
  if ((wanted === 'hotfix' || wanted === 'emergency') && !isProduction(environment))
    return { to: 'bugfix', role, service, environment, why: `${why}, but ${environment} is not production` };
  return { to: wanted, role, service, environment, why };
};

const fits = (rule: RoutingRule, page: Page & { service: string; environment: string }): boolean =>
  isAmong(rule.severity, page.severity) &&
  isAmong(rule.environment, page.environment) &&
  isAmong(rule.service, page.service) &&
  Object.entries(rule.labels ?? {}).every(([name, pattern]) => matches(pattern, page.labels[name]));

const isAmong = (patterns: readonly string[] | undefined, value: string | undefined): boolean =>
  patterns === undefined || patterns.some((pattern) => matches(pattern, value));

/** Without a regular expression: the text is a stranger's. */
const matches = (pattern: string, value: string | undefined): boolean => {
  if (value === undefined) return false;
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const text = value.toLowerCase();
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const [position, part] of rest.entries()) {
    if (position === rest.length - 1) return text.length - part.length >= from && text.endsWith(part);
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return true;
};
