/** What happens in an incident, as the benchmarks play it: each step is one call, and reads stand where an agent reads. */

import type { Body } from '../support/service.ts';
import type { Cast } from './cast.ts';

type Opened = { atpId: string; reviewId: string };

const lines = { completed: ['Rolled checkout back to 4.17.2'], evidence: ['Error rate 0.1 % for 5 minutes'] };
const report = {
  artifactType: 'PMVerificationReport',
  title: 'Verified',
  content: 'Checkout answers 200, nothing else changed, and 4.18.0 can be deployed again once it is fixed.',
};
const summary = 'Checkout failed for every third customer; rolled back to 4.17.2.';

/** From the page until the hotfix is closed: the operator was told, its review waits. */
export const hotfix = async ({ page, resolve, call }: Cast, key: string): Promise<Opened> => {
  const atpId = await page(key);
  await call('dev-1', 'message_list', { open: true });
  const { messages } = await call('dev-1', 'atp_get', { atpId });
  await call('dev-1', 'message_ack', { messageId: directiveOf(messages) });
  await call('dev-1', 'handoff', { atpId, ...lines });
  await resolve(key);
  await call('pm-1', 'atp_get', { atpId });
  await call('pm-1', 'artifact_create', { atpId, ...report });
  const { followUp } = await call('pm-1', 'atp_close', { atpId, summary });
  return { atpId, reviewId: followUp.atpId };
};

const directiveOf = (messages: Body[]): string =>
  messages.find(({ messageType }) => /Directive$/.test(messageType)).messageId;

/** From the beginning of a queued review to its closure. */
export const review = async ({ call }: Cast, atpId: string): Promise<void> => {
  const { atp } = await call('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
  for (const { item } of atp.checklist)
    await call('dev-1', 'checklist_update', {
      atpId,
      item,
      state: 'done',
      note: 'A pool of connections was too small.',
    });
  await call('dev-1', 'atp_change_status', { atpId, status: 'Complete' });
  await call('pm-1', 'atp_close', { atpId });
};

const taken = async ({ call }: Cast, atpId: string, messageType: string): Promise<void> => {
  const letter = { atpId, toAgent: '@dev', messageType, subject: 'Fix it now', body: 'Every third checkout fails.' };
  const { message } = await call('pm-1', 'message_send', letter);
  await call('dev-1', 'message_ack', { messageId: message.messageId });
};

/** By the tools, from the start to the closure. */
export const emergency = async (cast: Cast, atpId: string): Promise<Opened> => {
  const { call } = cast;
  await call('pm-1', 'atp_set', { atpId, status: 'InProgress', type: 'emergency', title: 'All regions are down' });
  await taken(cast, atpId, 'EmergencyDirective');
  await call('dev-1', 'handoff', { atpId, ...lines });
  await call('sre-1', 'atp_change_status', { atpId, status: 'Deployed' });
  await call('pm-1', 'artifact_create', { atpId, ...report });
  const { followUp } = await call('pm-1', 'atp_close', { atpId, summary });
  return { atpId, reviewId: followUp.atpId };
};

/** From the backlog to the closure. */
export const bugfix = async (cast: Cast, atpId: string): Promise<void> => {
  const { call } = cast;
  await call('pm-1', 'atp_create', { atpId, type: 'bugfix', title: 'The total is rounded wrongly' });
  await call('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
  await taken(cast, atpId, 'Directive');
  await call('dev-1', 'handoff', { atpId, ...lines });
  const tested = { artifactType: 'QATestReport', title: 'Tested', content: 'Tried every currency.', verdict: 'pass' };
  await call('qa-1', 'artifact_create', { atpId, ...tested, regressionTest: 'test/totals.test.ts' });
  await call('pm-1', 'atp_close', { atpId });
};
