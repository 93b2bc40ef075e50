import type fc from 'fast-check';
import type { EngineProxy } from '../support/engine-proxy.ts';
import type { AtOnce } from './play.ts';

/**
 * Calls at once whose requests wait before the engine until the scheduler lets one go; the next goes once that is
 * answered. Which write comes between another's read and write is the scheduler's choice.
 */
export const scheduled =
  (proxy: EngineProxy, scheduler: fc.Scheduler): AtOnce =>
  async (calls) => {
    let last: Promise<unknown> = Promise.resolve();
    proxy.disturb = async ({ operation }, forward) => {
      await scheduler.schedule(Promise.resolve(), operation);
      const reply = last.then(forward);
      last = reply.catch(() => undefined);
      return reply;
    };
    try {
      return await scheduler.waitFor(Promise.all(calls.map((call) => call())));
    } finally {
      proxy.forget();
    }
  };
