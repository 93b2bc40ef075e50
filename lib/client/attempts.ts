import { setTimeout } from 'node:timers/promises';
import type { Code } from '../refusal.ts';
import type { GovernanceError } from './error.ts';

/** What became of sending a call once. */
export type Outcome =
  | { kind: 'answered'; answer: unknown }
  | { kind: 'failed'; error: GovernanceError; again: boolean; retryAfterMs?: number };

export type Patience = {
  /** How often a call is sent at most. */
  attempts: number;
  /** Upper bound of the first pause; each further one is twice as long. */
  backoffMs: number;
  signal?: AbortSignal | undefined;
};

const BACKOFF_LIMIT_MS = 5_000;
const RETRY_AFTER_LIMIT_MS = 10_000;

/** Refusals of the service that pass by themselves. INTERNAL is a defect: it would only happen again. */
const passing: readonly Code[] = ['THROTTLED', 'UNAVAILABLE'];
export const passes = (code: Code): boolean => passing.includes(code);

/** Statuses of a gateway that pass: every writing call carries a key, so that sending it again is safe. */
const passingStatuses: readonly number[] = [429, 500, 502, 503, 504];
export const passesAtGateway = (status: number): boolean => passingStatuses.includes(status);

/** Sends until there is an answer, a failure that stays, or the last attempt. */
export const attempt = async (
  send: () => Promise<Outcome>,
  { attempts, backoffMs, signal }: Patience,
): Promise<unknown> => {
  for (let sent = 1; ; sent++) {
    signal?.throwIfAborted();
    const outcome = await send();
    if (outcome.kind === 'answered') return outcome.answer;
    if (!outcome.again || sent >= attempts) throw outcome.error;
    const jitter = Math.random() * Math.min(backoffMs * 2 ** (sent - 1), BACKOFF_LIMIT_MS);
    await pause((outcome.retryAfterMs ?? 0) + jitter, signal);
  }
};

const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now, and never so long that a caller would seem to hang. */
export const retryAfterMs = (header: string | null): number => {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? Math.min(ms, RETRY_AFTER_LIMIT_MS) : 0;
};
