import { env, requiredJson } from '../env.ts';
import type { Timeouts } from '../model.ts';
import { openTable } from '../store/client.ts';
import type { Surroundings } from './intake.ts';

/** What every door of pages needs of its execution environment, made once at start-up. */
export const openSurroundings = (): ((requestId: string) => Surroundings) => {
  const table = openTable();
  const timeouts = requiredJson<Timeouts>(env.timeouts);
  const webhooks = requiredJson<boolean>(env.webhooks);
  return (requestId) => ({ table, timeouts, webhooks, requestId });
};
