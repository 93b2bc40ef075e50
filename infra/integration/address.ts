import type { Integration } from '../../lib/pager/integration.ts';
import { kindOf } from './credential.ts';

/** Where a source sends its pages. A secret does not say whose it is, nor does SNS: the address does. */
export const addressOf = (
  url: string | undefined,
  integration: Pick<Integration, 'integrationId' | 'source' | 'credentials'>,
): string => {
  const { source, integrationId } = integration;
  const base = url ?? '<ApiUrl>';
  if (source === 'events') return `${base}/v2/enqueue`;
  if (source === 'cloudwatch') return `${base}/pager/sns?integration=${integrationId}`;
  return `${base}/pager/${source}${kindOf(integration) === 'secret' ? `?integration=${integrationId}` : ''}`;
};
