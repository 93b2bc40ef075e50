import { setTimeout as delay } from 'node:timers/promises';
import type { Pattern } from './filter.ts';
import type { LocalFunction } from './functions.ts';

/** What the mappings of streams and of queues have in common. */
export type Mapping = {
  target: LocalFunction;
  batchSize: number;
  patterns: readonly Pattern[];
  /** The function names the records that failed; else a failure is the whole batch's. */
  reportsItemFailures: boolean;
  /** One line for each batch that failed or was given up. */
  told: (line: string) => void;
};

export type RunningMapping = { stop: () => Promise<void> };

/** `batchItemFailures` of what a function answered. */
export const failuresOf = (answer: unknown): (string | undefined)[] => {
  const { batchItemFailures } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] | null };
  return (batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
};

/** Waits, or until the signal. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);
