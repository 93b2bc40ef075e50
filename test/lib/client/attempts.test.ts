import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { attempt, type Outcome, retryAfterMs } from '../../../lib/client/attempts.ts';
import { GovernanceError } from '../../../lib/client/error.ts';

const failed = (more: { again?: boolean; retryAfterMs?: number } = {}): Outcome => ({
  kind: 'failed',
  error: new GovernanceError({ tool: 'atp_set', code: 'UNAVAILABLE', detail: 'No answer.' }),
  again: true,
  ...more,
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    [' 3 ', 3_000],
    ['10', 10_000],
    ['11', 10_000],
    ['86400', 10_000],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['', 0],
    [null, 0],
  ])('given %j, then the pause is at least %d ms, and bounded', (header, ms) => {
    expect(retryAfterMs(header)).toBe(ms);
  });

  it('given a date, then until then; given one that is past, then at once', () => {
    const soon = retryAfterMs(new Date(Date.now() + 5_000).toUTCString());
    expect(soon).toBeGreaterThan(3_000);
    expect(soon).toBeLessThanOrEqual(5_000);
    expect(retryAfterMs(new Date(Date.now() - 5_000).toUTCString())).toBe(0);
    expect(retryAfterMs(new Date(Date.now() + 86_400_000).toUTCString())).toBe(10_000);
  });
});

describe('attempts', () => {
  it('given a Retry-After, then the next one waits at least that long', async () => {
    const times: number[] = [];
    const send = async (): Promise<Outcome> => {
      times.push(performance.now());
      return times.length < 2 ? failed({ retryAfterMs: 60 }) : { kind: 'answered', answer: 'done' };
    };
    await expect(attempt(send, { attempts: 2, backoffMs: 0 })).resolves.toBe('done');
    const [first = 0, second = 0] = times;
    // Timers may fire a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(59);
  });

  it('given a failure that stays, then it is thrown at once', async () => {
    let sent = 0;
    const send = async (): Promise<Outcome> => {
      sent++;
      return failed({ again: false });
    };
    await expect(attempt(send, { attempts: 5, backoffMs: 0 })).rejects.toBeInstanceOf(GovernanceError);
    expect(sent).toBe(1);
  });
});
