/** Integrations as an operator makes them, with the credential that only its source knows. */

import type { PagerSource } from '../../../lib/model.ts';
import { hashOf, mintBearer, mintRoutingKey, mintSecret, newIntegrationId } from '../../../lib/pager/credential.ts';
import type { Integration } from '../../../lib/pager/integration.ts';

export type GivenIntegration = Integration & { credential: string };

export const now = (): string => new Date().toISOString();

const credentialOf = (source: PagerSource, integrationId: string, signs: boolean): string => {
  if (signs) return mintSecret();
  return source === 'events' ? mintRoutingKey(integrationId) : mintBearer(integrationId);
};

export const integrationOf = (source: PagerSource, more: Partial<Integration>, signs = false): GivenIntegration => {
  const integrationId = newIntegrationId();
  const credential = credentialOf(source, integrationId, signs);
  const createdAt = now();
  return {
    integrationId,
    source,
    service: 'checkout',
    environment: 'production',
    role: '@dev',
    rules: [],
    credentials: signs || source === 'cloudwatch' ? [] : [{ sha256: hashOf(credential), createdAt }],
    createdAt,
    ...more,
    credential,
  };
};

/** As the table holds it: a credential lies nowhere. */
export const recordOf = ({ credential: _credential, ...integration }: GivenIntegration): Integration => integration;
