/** For each tool a state in which its call succeeds, reached by calls, and that call. */

import type { CallerRole, ToolName } from '../../../lib/model.ts';

export type Called = { role: CallerRole; body: Record<string, unknown> };
type Answer = { message?: { messageId: string }; artifact?: { artifactId: string } };
export type Call = (tool: ToolName, role: CallerRole, body: Record<string, unknown>) => Promise<Answer>;
type Scene = (call: Call, atpId: string) => Promise<Called>;

const report = {
  artifactType: 'PMVerificationReport',
  title: 'Checkout restored',
  content: 'Error rate back at 0.1 %.',
};

const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };

const started = (call: Call, atpId: string) =>
  call('atp_set', '@pm', {
    atpId,
    status: 'InProgress',
    title: 'Checkout answers 500',
    incident: { environment: 'production', category: 'production-down', summary: 'Checkout answers 500 since 14:02' },
  });

const directed = async (call: Call, atpId: string): Promise<string> => {
  await started(call, atpId);
  const directive = { atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Roll back', body: 'Roll back 4711.' };
  const { message } = await call('message_send', '@pm', directive);
  return message?.messageId ?? '';
};

const acknowledged = async (call: Call, atpId: string) =>
  call('message_ack', '@dev', { messageId: await directed(call, atpId) });

const handoff = (atpId: string) => ({ atpId, completed: ['Rolled back 4711'], evidence: ['deploy 4712'] });
const handedOff = async (call: Call, atpId: string) => {
  await acknowledged(call, atpId);
  await call('handoff', '@dev', handoff(atpId));
};
const reported = async (call: Call, atpId: string): Promise<string> => {
  await handedOff(call, atpId);
  const { artifact } = await call('artifact_create', '@pm', { atpId, ...report });
  return artifact?.artifactId ?? '';
};

export const scenes: Record<ToolName, Scene> = {
  atp_set: async (_call, atpId) => ({
    role: '@pm',
    body: { atpId, status: 'InProgress', title: 'Checkout answers 500', notes: 'Since 14:02' },
  }),
  atp_create: async (call, atpId) => {
    const sourceAtpId = `${atpId}-source`;
    await reported(call, sourceAtpId);
    await call('atp_change_status', '@pm', { atpId: sourceAtpId, status: 'Closed' });
    return { role: '@pm', body: { atpId, title: 'Why did checkout fail?', type: 'review', sourceAtpId } };
  },
  atp_change_status: async (call, atpId) => {
    await handedOff(call, atpId);
    return { role: '@pm', body: { atpId, status: 'InProgress', notes: 'Still failing for one region' } };
  },
  atp_close: async (call, atpId) => {
    await reported(call, atpId);
    return { role: '@pm', body: { atpId, gates, summary: 'Rolled back 4711' } };
  },
  handoff: async (call, atpId) => {
    await acknowledged(call, atpId);
    return { role: '@dev', body: handoff(atpId) };
  },
  message_send: async (call, atpId) => {
    await started(call, atpId);
    const letter = { toAgent: '@dev', messageType: 'Directive', subject: 'Roll back', body: 'Roll back 4711.' };
    return { role: '@pm', body: { atpId, ...letter } };
  },
  message_ack: async (call, atpId) => ({ role: '@dev', body: { messageId: await directed(call, atpId) } }),
  artifact_create: async (call, atpId) => {
    await handedOff(call, atpId);
    return { role: '@pm', body: { atpId, ...report } };
  },
  checklist_update: async (call, atpId) => {
    const reviewId = `${atpId}-review`;
    await reported(call, atpId);
    await call('atp_close', '@pm', { atpId, gates, followUp: { atpId: reviewId } });
    await call('atp_change_status', '@pm', { atpId: reviewId, status: 'InProgress' });
    return { role: '@dev', body: { atpId: reviewId, item: 'root-cause', state: 'done', note: 'Pool exhausted' } };
  },
  atp_get: async (call, atpId) => {
    await reported(call, atpId);
    return { role: '@pm', body: { atpId } };
  },
  atp_list: async (call, atpId) => {
    await started(call, atpId);
    return { role: '@pm', body: { limit: 10 } };
  },
  message_list: async (call, atpId) => {
    await directed(call, atpId);
    return { role: '@dev', body: { open: true } };
  },
  artifact_get: async (call, atpId) => ({ role: '@pm', body: { artifactId: await reported(call, atpId) } }),
  flow_get: async () => ({ role: '@dev', body: { type: 'hotfix' } }),
};
