import { toolNames } from '../lib/model.ts';

/** A Lambda function: its source, and the directory of its bundle. */
export type Entry = { name: string; source: string };

/** Every function that is deployed. */
export const entries: readonly Entry[] = [
  ...toolNames.map((name) => ({ name, source: `functions/tools/${name}.ts` })),
  ...['notify', 'timer', 'health', 'not-found'].map((name) => ({ name, source: `functions/${name}.ts` })),
];
