/**
 * Labels, tags and details by name: how sources that have no field for it say severity, environment and service.
 * The names are habits of operators, not of a format (facts of Alertmanager, Grafana, CloudWatch tags).
 */

import { type Severity, severities } from '../model.ts';
import { beginning, line } from './wording.ts';

export type Labels = Readonly<Record<string, string>>;

/** Labels go into one record with the page: 50 of 400 characters are 60 KB of UTF-8 at worst. */
const LIMIT = { count: 50, name: 100, value: 300 };

const SEVERITY_NAMES: readonly [Severity, readonly string[]][] = [
  ['critical', ['critical', 'crit', 'page', 'fatal', 'disaster', 'emergency']],
  ['error', ['error', 'err', 'high', 'major']],
  ['warning', ['warning', 'warn', 'medium', 'minor']],
  ['info', ['info', 'information', 'informational', 'none', 'low']],
];
const BY_NAME = new Map(SEVERITY_NAMES.flatMap(([severity, names]) => names.map((name) => [name, severity] as const)));
/** `P1`, `SEV-2`, `sev 3: minor`: names of priorities that teams choose, from the gravest. */
const RANKED = /^(?:p|sev)[ -]?([1-5])\b/i;
const BY_RANK: readonly (Severity | undefined)[] = [undefined, 'critical', 'error', 'warning', 'info', 'info'];

/** By preference; written as `nameOf` leaves them. `cluster` and `namespace` say too many other things. */
const SEVERITY_KEYS = ['severity', 'level'];
const ENVIRONMENT_KEYS = [
  'environment',
  'env',
  'stage',
  'environmentname',
  'deploymentenvironment',
  'deploymentenvironmentname',
];
const SERVICE_KEYS = ['service', 'servicename', 'app', 'application', 'appname', 'appkubernetesioname', 'job'];

/** `Service_Name`, `service.name` and `ServiceName` are one name. */
const nameOf = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');

const said = (labels: Labels, keys: readonly string[]): string | undefined => {
  const byName = new Map(Object.entries(labels).map(([key, value]) => [nameOf(key), value]));
  return keys.map((key) => line(byName.get(key))).find(Boolean);
};

/** One of ours as it is given, where a format knows no other way to write it. */
export const severityIn = (value: unknown): Severity | undefined => severities.find((severity) => severity === value);

/** Undefined for a name whose gravity nobody can know. */
export const rankOf = (name: string | undefined): Severity | undefined =>
  BY_RANK[Number(RANKED.exec(name?.trim() ?? '')?.[1] ?? 0)];

export const severityNamed = (name: string | undefined): Severity | undefined =>
  BY_NAME.get(name?.trim().toLowerCase() ?? '') ?? rankOf(name);

export const severityOf = (labels: Labels): Severity | undefined => severityNamed(said(labels, SEVERITY_KEYS));
export const environmentOf = (labels: Labels): string | undefined => said(labels, ENVIRONMENT_KEYS);
export const serviceOf = (labels: Labels): string | undefined => said(labels, SERVICE_KEYS);

/** What all of them say alike. */
export const commonOf = ([first, ...others]: readonly Labels[]): Labels =>
  Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) => others.every((other) => other[name] === value)),
  );

/** What a page carries of its labels, those of the first before those of the others. */
export const carriedLabels = (...sets: readonly Labels[]): Labels => {
  const merged = Object.assign(Object.create(null), ...sets.toReversed()) as Labels;
  const inOrder = new Set(sets.flatMap((set) => Object.keys(set)));
  return Object.fromEntries(
    [...inOrder]
      .slice(0, LIMIT.count)
      .map((name) => [beginning(name, LIMIT.name), beginning(merged[name] ?? '', LIMIT.value)]),
  );
};
