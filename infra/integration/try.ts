import { integrationOfRoutingKey } from '../../lib/pager/credential.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import { addressOf } from './address.ts';
import { kindOf, newest } from './credential.ts';
import { readSecrets } from './secrets.ts';
import { testPages } from './test-pages.ts';
import type { Where } from './where.ts';

const PATIENCE_MS = 30_000;
const SHOWN_CHARACTERS = 2_000;

/** Sends the source's test page through its door. `told` gets a line for each answer; answers whether all were taken. */
export const tryDoor = async (
  where: Where,
  integration: Integration,
  given: string | undefined,
  told: (line: string) => void,
): Promise<boolean> => {
  if (!where.url) throw new Error('--url is missing: the output ApiUrl of the stack');
  const now = new Date();
  const credential = await credentialFor(where, integration, given, now);
  const address = addressOf(where.url, integration);
  let isTaken = true;
  for (const { headers, body } of testPages({ integration, credential, key: `test-${now.getTime()}`, now })) {
    const answer = await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
    told(`POST ${address}  ${answer.status}  ${(await answer.text()).trim().slice(0, SHOWN_CHARACTERS)}`);
    isTaken &&= answer.ok;
  }
  return isTaken;
};

const credentialFor = async (
  { secrets, routingKey }: Where,
  integration: Integration,
  given: string | undefined,
  now: Date,
): Promise<string> => {
  const { integrationId } = integration;
  if (given !== undefined) return given;
  const kind = kindOf(integration);
  if (kind === 'none') return '';
  if (kind === 'routingKey' && routingKey && integrationOfRoutingKey(routingKey) === integrationId) return routingKey;
  if (kind !== 'secret') throw new Error('--credential is missing: the service keeps only its hash');
  const secret = newest(await readSecrets(secrets, integrationId), now.getTime());
  if (secret === undefined) throw new Error(`${integrationId} has no secret that holds: rotate it`);
  return secret;
};
