/** Work on an incident that a page opened. */

import type { Body, Service } from '../service.ts';

export const directiveOf = async (service: Service, atpId: string): Promise<Body> =>
  (await service.done('pm-1', 'message_list', { atpId })).messages.find(
    ({ messageType, supersededAt }: Body) => messageType.endsWith('Directive') && !supersededAt,
  );

/** Taken, fixed, handed off and verified: all that a hotfix needs to be closed but what its source says. */
export const verify = async (service: Service, atpId: string): Promise<void> => {
  const { messageId } = await directiveOf(service, atpId);
  await service.done('dev-1', 'message_ack', { messageId });
  await service.done('dev-1', 'handoff', { atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
  const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
  await service.done('pm-1', 'artifact_create', { atpId, ...report });
};
