import { toolNames } from '../lib/model.ts';

/** A Lambda function: its source, and the directory of its bundle. */
export type Entry = { name: string; source: string };

/** The doors for pages; `cloudwatch` is the one that AWS itself invokes. */
export const pagerNames = ['events', 'pagerduty', 'alertmanager', 'grafana', 'sns', 'cloudwatch', 'generic'] as const;
export type PagerName = (typeof pagerNames)[number];

export const pagerEntry = <Name extends PagerName>(name: Name): `pager-${Name}` => `pager-${name}`;

/** Every function that is deployed. */
export const entries: readonly Entry[] = [
  ...toolNames.map((name) => ({ name, source: `functions/tools/${name}.ts` })),
  ...[
    'mcp',
    'resource-metadata',
    'notify',
    'queue-events',
    'timer',
    'webhook',
    'health',
    'openapi',
    'report',
    'board',
    'decision',
    'not-found',
    ...pagerNames.map(pagerEntry),
  ].map((name) => ({
    name,
    source: `functions/${name}.ts`,
  })),
];
