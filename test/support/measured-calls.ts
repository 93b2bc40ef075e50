import type { ToolName } from '../../lib/model.ts';
import { letter } from './overtaken.ts';
import { type CallHeaders, Given, newId, type Service } from './service.ts';

/** A successful call, ready to be made and measured. */
export type Measured = { who: string; tool: ToolName; body: object; headers?: CallHeaders };

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };

/** One call of each kind, with what has to be there before it. Sizes are a small incident's: every item but content below 1 KB. */
export const measuredCalls = (service: Service): { [title: string]: () => Promise<Measured> } => {
  const given = new Given(service);
  const handoff = (atpId: string) => ({ atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
  return {
    'atp_set, a hotfix starts': async () => ({
      who: 'pm-1',
      tool: 'atp_set',
      body: { atpId: newId(), status: 'InProgress', title: 'Checkout answers 500' },
    }),
    'message_send, a P0 directive': async () => ({
      who: 'pm-1',
      tool: 'message_send',
      body: letter(await given.started(), 'Directive', '@dev'),
    }),
    'message_ack, taking the fix': async () => {
      const { messageId } = await given.directed();
      return { who: 'dev-1', tool: 'message_ack', body: { messageId } };
    },
    handoff: async () => ({ who: 'dev-1', tool: 'handoff', body: handoff(await given.acknowledged()) }),
    'handoff, with key and turn': async () => ({
      who: 'dev-1',
      tool: 'handoff',
      body: handoff(await given.acknowledged()),
      headers: { 'idempotency-key': newId(), 'x-turn-id': newId() },
    }),
    'artifact_create, a report': async () => ({
      who: 'pm-1',
      tool: 'artifact_create',
      body: { atpId: await given.completed(), ...report },
    }),
    atp_close: async () => ({ who: 'pm-1', tool: 'atp_close', body: { atpId: await given.verified() } }),
    'atp_change_status, Closed': async () => ({
      who: 'pm-1',
      tool: 'atp_change_status',
      body: { atpId: await given.verified(), status: 'Closed' },
    }),
    'message_send, the notification owed': async () => ({
      who: 'pm-1',
      tool: 'message_send',
      body: letter(await given.owing(), 'HITLNotification', '@operator'),
    }),
    'atp_create, the review owed': async () => ({
      who: 'pm-1',
      tool: 'atp_create',
      body: { title: 'Review', type: 'review', sourceAtpId: await given.owing() },
    }),
    'message_send, an update': async () => ({
      who: 'dev-1',
      tool: 'message_send',
      body: letter(await given.acknowledged(), 'Update', '@pm'),
    }),
    checklist_update: async () => ({
      who: 'dev-1',
      tool: 'checklist_update',
      body: { atpId: await given.review('InProgress'), item: 'root-cause', state: 'done', note: 'A lock.' },
    }),
    atp_get: async () => ({ who: 'pm-1', tool: 'atp_get', body: { atpId: (await given.closed()).atpId } }),
    'atp_list, 25 of the newest': async () => ({ who: 'pm-1', tool: 'atp_list', body: {} }),
    'atp_list, 25 of one status': async () => ({ who: 'pm-1', tool: 'atp_list', body: { status: 'InProgress' } }),
    'message_list, an inbox': async () => ({ who: 'dev-1', tool: 'message_list', body: { open: true } }),
    'message_list, of an ATP': async () => ({
      who: 'pm-1',
      tool: 'message_list',
      body: { atpId: (await given.closed()).atpId },
    }),
    artifact_get: async () => {
      const atpId = await given.completed();
      const { artifact } = await service.done('pm-1', 'artifact_create', { atpId, ...report });
      return { who: 'dev-1', tool: 'artifact_get', body: { artifactId: artifact.artifactId } };
    },
    flow_get: async () => ({ who: 'dev-1', tool: 'flow_get', body: { type: 'hotfix' } }),
  };
};
