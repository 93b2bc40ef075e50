/** CloudWatch alarms by AWS's own invocation: of a topic of SNS, of EventBridge, or of the alarm. Resource policies let them in. */

import { log } from '../lib/log.ts';
import { cloudWatchIntake } from '../lib/pager/cloudwatch.ts';
import { countedPage, integrationIn, readForIntake, type Taken, takeIn } from '../lib/pager/intake.ts';
import type { Integration } from '../lib/pager/integration.ts';
import { MalformedPage } from '../lib/pager/malformed.ts';
import type { Intake } from '../lib/pager/page.ts';
import { openSurroundings } from '../lib/pager/surroundings.ts';
import { listIntegrations } from '../lib/store/integrations.ts';

const surroundings = openSurroundings();

/** An integration that was made or revoked is known everywhere after this long. */
const KEPT_MS = 60_000;
let kept: { integrations: readonly Integration[]; readAt: number } | undefined;

/** Throws where a page could not be stored: Lambda, and then whoever invoked it, tries again. */
export const handler = async (event: unknown, { awsRequestId }: { awsRequestId: string }): Promise<Taken[]> => {
  const around = surroundings(awsRequestId);
  const intake = intakeOf(event, awsRequestId);
  const integration = ofEvent(event, await integrations(around.table));
  if (!integration) {
    // What was no alarm is told of already.
    if (intake.length > 0) tellIgnored(awsRequestId, 'no integration takes it');
    return [];
  }
  const items = await readForIntake(around.table, integration.integrationId, intake);
  const current = integrationIn(items, integration.integrationId);
  return current && !current.revokedAt ? takeIn(around, current, items, intake) : [];
};

/** What is no alarm would never become one: it is told of, and not tried again. */
const intakeOf = (event: unknown, requestId: string): Intake => {
  try {
    return cloudWatchIntake(event);
  } catch (error) {
    if (!(error instanceof MalformedPage)) throw error;
    tellIgnored(requestId, error.message);
    return [];
  }
};

const tellIgnored = (requestId: string, why: string): void =>
  log.warn('page ignored', { requestId, why, ...countedPage('cloudwatch', 'ignored') });

const integrations = async (table: ReturnType<typeof surroundings>['table']): Promise<readonly Integration[]> => {
  const now = Date.now();
  if (!kept || now - kept.readAt > KEPT_MS) {
    const all = await listIntegrations<Integration>(table);
    kept = { integrations: all.filter(({ source, revokedAt }) => source === 'cloudwatch' && !revokedAt), readAt: now };
  }
  return kept.integrations;
};

/** The one that names the topic or the alarm, else one that names none. */
const ofEvent = (event: unknown, all: readonly Integration[]): Integration | undefined => {
  const text = JSON.stringify(event) ?? '';
  return (
    all.find(({ arns = [] }) => arns.some((arn) => text.includes(JSON.stringify(arn)))) ??
    all.find(({ arns = [] }) => arns.length === 0)
  );
};
