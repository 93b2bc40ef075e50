/** What lets a source in: a credential that the table keeps hashed, or a secret that both sides keep to sign with. */
import { hashOf, mintBearer, mintRoutingKey, mintSecret } from '../../lib/pager/credential.ts';
import type { Integration, IntegrationCredential } from '../../lib/pager/integration.ts';
import { holding, type Secret } from '../../lib/pager/secret-list.ts';

export type Kind = 'routingKey' | 'bearer' | 'secret' | 'none';

/** Of an integration that is there: what signs has no credential in the table. */
export const kindOf = ({ source, credentials }: Pick<Integration, 'source' | 'credentials'>): Kind => {
  if (source === 'events') return 'routingKey';
  if (source === 'cloudwatch') return 'none';
  return credentials.length > 0 ? 'bearer' : 'secret';
};

/** Its text, for whoever is to use it: it is kept nowhere. */
export const mint = (kind: Exclude<Kind, 'none'>, integrationId: string): string => {
  if (kind === 'routingKey') return mintRoutingKey(integrationId);
  return kind === 'bearer' ? mintBearer(integrationId) : mintSecret();
};

export const hashed = (credential: string, createdAt: string): IntegrationCredential => ({
  sha256: hashOf(credential),
  createdAt,
});

type Expiring = { createdAt: string; expiresAt?: string };

/** The new one beside those before it, which end `at` (ISO 8601) at the latest; what has ended is left out. */
export const rotated = <C extends Expiring>(before: readonly C[], next: C, at: string): C[] => [
  ...before
    .filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > Date.parse(next.createdAt))
    .map((each) => (each.expiresAt !== undefined && each.expiresAt < at ? each : { ...each, expiresAt: at })),
  next,
];

/** The one to sign with: what was made last and holds. */
export const newest = (secrets: readonly Secret[], now: number): string | undefined =>
  holding(secrets, now).at(-1)?.secret;
