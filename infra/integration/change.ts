import { integrationOfBearer, integrationOfRoutingKey, isIntegrationId } from '../../lib/pager/credential.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import { readIntegration, replaceIntegration } from '../../lib/store/integrations.ts';
import type { GivenSecret, Made } from './create.ts';
import { hashed, kindOf, mint, rotated } from './credential.ts';
import { deleteSecrets, readSecrets, writeSecrets } from './secrets.ts';
import type { Where } from './where.ts';

const HOUR_MS = 3_600_000;
/** A month: an old credential that is still used then is used by nobody who knows. */
const MOST_HOURS = 720;

/** The integration of an id, or of a credential that leaked: that may be all that is left of it. */
export const find = (where: Where, subject: string): Promise<Integration> => {
  const id = integrationOfRoutingKey(subject) ?? integrationOfBearer(subject) ?? subject;
  if (!isIntegrationId(id)) throw new Error('that is no id of an integration: list shows those there are');
  return readIntegration<Integration>(where.table, id);
};

/** Until when an old credential holds beside the new one. */
export const overlapEnd = (hours: string, now: number): string => {
  const value = Number(hours);
  if (!/^\d+(\.\d+)?$/.test(hours) || value > MOST_HOURS)
    throw new Error(`--overlap ${hours}: hours, from 0 to ${MOST_HOURS}`);
  return new Date(now + value * HOUR_MS).toISOString();
};

/** A new credential, or the secret that the source made; those before it end `at` (ISO 8601) at the latest. */
export const rotate = async (
  where: Where,
  before: Integration,
  at: string,
  given: GivenSecret | undefined,
): Promise<Made> => {
  const { integrationId, revokedAt } = before;
  const kind = kindOf(before);
  if (revokedAt) throw new Error(`${integrationId} was revoked ${revokedAt}: create another`);
  if (kind === 'none') throw new Error(`${integrationId} has no credential: SNS and AWS itself vouch for its pages`);
  if (given && kind !== 'secret') throw new Error(`--secret goes with what signs: ${integrationId} does not`);
  const createdAt = new Date().toISOString();
  const credential = (await given?.()) ?? mint(kind, integrationId);
  const made = given ? {} : { credential };
  if (kind === 'secret') {
    const secrets = await readSecrets(where.secrets, integrationId);
    await writeSecrets(where.secrets, integrationId, rotated(secrets, { secret: credential, createdAt }, at));
    return { integration: before, ...made };
  }
  const credentials = rotated(before.credentials, hashed(credential, createdAt), at);
  const integration = { ...before, credentials };
  await replaceIntegration(where.table, before, integration);
  return { integration, ...made };
};

/** The very next page is refused. A second revocation changes nothing. */
export const revoke = async (where: Where, before: Integration): Promise<Integration & { revokedAt: string }> => {
  const revokedAt = before.revokedAt ?? new Date().toISOString();
  const revoked = { ...before, revokedAt };
  if (!before.revokedAt) await replaceIntegration(where.table, before, revoked);
  if (kindOf(before) === 'secret') await deleteSecrets(where.secrets, before.integrationId);
  return revoked;
};
