import { env, required } from '../env.ts';
import { log } from '../log.ts';
import { openParameterStore, readParameter } from '../parameter-store.ts';
import { holding, parameterName, type Secret, secretsIn } from './secret-list.ts';

/** A rotation is known everywhere after this long; Parameter Store gives 40 reads a second (Systems Manager quotas). */
const KEPT_MS = 60_000;
/** Ids come from addresses that anybody may write. */
const KEPT_INTEGRATIONS = 1_000;

const prefix = required(env.parameterPrefix);
const parameters = openParameterStore();

type Kept = { secrets: readonly Secret[]; readAt: number };
const kept = new Map<string, Kept>();

/**
 * The secrets of an integration that hold at `now` (epoch milliseconds), read from Parameter Store at most once a minute
 * in each execution environment; none where there is no parameter. While Parameter Store does not answer, those known
 * from before still serve: a page has to come in. Throws where none are known.
 */
export const secretsOf = async (integrationId: string, now: number): Promise<string[]> => {
  const secrets = await current(integrationId, now);
  return holding(secrets, now).map(({ secret }) => secret);
};

const current = async (integrationId: string, now: number): Promise<readonly Secret[]> => {
  const known = kept.get(integrationId);
  if (known && now - known.readAt < KEPT_MS) return known.secrets;
  try {
    const secrets = await read(parameterName(prefix, integrationId));
    keep(integrationId, { secrets, readAt: now });
    return secrets;
  } catch (error) {
    if (!known) throw error;
    log.warn('secrets of before, since Parameter Store does not answer', { integrationId, error });
    return known.secrets;
  }
};

const read = async (name: string): Promise<Secret[]> => {
  const text = await readParameter(parameters, name);
  return text === undefined ? [] : secretsIn(text, name);
};

const keep = (integrationId: string, read: Kept): void => {
  kept.delete(integrationId);
  kept.set(integrationId, read);
  const [oldest = ''] = kept.keys();
  if (kept.size > KEPT_INTEGRATIONS) kept.delete(oldest);
};
