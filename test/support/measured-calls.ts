import type { Table } from '../../lib/store/client.ts';
import { fireTimer, timerOf } from './firing.ts';
import { makers } from './makers.ts';
import { letter } from './overtaken.ts';
import { askReport } from './report.ts';
import { Given, newId, type Service } from './service.ts';

/** Makes what has to be there before, and answers a call that will succeed, ready to be measured. */
export type Prepare = () => Promise<() => Promise<unknown>>;

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };

/**
 * One call of each kind. Sizes are a small incident's: every item but content below 1 KB. Timers fire over `table`:
 * the way to it that is measured.
 */
export const measuredCalls = (service: Service, table: Table): { [title: string]: Prepare } => {
  const given = new Given(service);
  const made = (state: keyof typeof makers) => makers[state](given, service);
  const handoff = (atpId: string) => ({ atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
  const call =
    (...args: Parameters<Service['done']>) =>
    () =>
      service.done(...args);
  const fired = async (atpId: string, deadline: string) => {
    const timer = await timerOf(service, atpId, deadline);
    return () => fireTimer(table, timer);
  };
  return {
    'atp_set, a hotfix starts': async () =>
      call('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress', title: 'Checkout answers 500' }),
    'atp_set, an emergency starts': async () =>
      call('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress', type: 'emergency', title: 'All is down' }),
    'atp_set, a hotfix is raised': async () =>
      call('pm-1', 'atp_set', { atpId: await made('directed'), type: 'emergency' }),
    'message_send, a P0 directive': async () =>
      call('pm-1', 'message_send', letter(await given.started(), 'Directive', '@dev')),
    'message_send, the first directive of an emergency': async () =>
      call('pm-1', 'message_send', letter(await given.emergency(), 'EmergencyDirective', '@dev')),
    'message_ack, taking the fix': async () => {
      const { messageId } = await given.directed();
      return call('dev-1', 'message_ack', { messageId });
    },
    handoff: async () => call('dev-1', 'handoff', handoff(await given.acknowledged())),
    'handoff, with key and turn': async () =>
      call('dev-1', 'handoff', handoff(await given.acknowledged()), {
        'idempotency-key': newId(),
        'x-turn-id': newId(),
      }),
    'atp_change_status, an emergency is deployed': async () =>
      call('sre-1', 'atp_change_status', { atpId: await given.emergency('Complete'), status: 'Deployed' }),
    'artifact_create, a report': async () =>
      call('pm-1', 'artifact_create', { atpId: await given.completed(), ...report }),
    atp_close: async () => call('pm-1', 'atp_close', { atpId: await given.verified() }),
    'atp_close, of an emergency': async () => call('pm-1', 'atp_close', { atpId: await made('emergency verified') }),
    'atp_change_status, Closed': async () =>
      call('pm-1', 'atp_change_status', { atpId: await given.verified(), status: 'Closed' }),
    'message_send, the notification owed': async () =>
      call('pm-1', 'message_send', letter(await given.owing(), 'HITLNotification', '@operator')),
    'atp_create, the review owed': async () =>
      call('pm-1', 'atp_create', { title: 'Review', type: 'review', sourceAtpId: await given.owing() }),
    'timer, a directive is not acknowledged': async () => fired(await made('directed'), 'acknowledgement@dev'),
    'timer, a closure still owes both': async () => fired(await given.owing(), 'obligations'),
    'timer, nothing is waited for any more': async () => {
      const fire = await fired(await made('directed'), 'acknowledgement@dev');
      await fire();
      return fire;
    },
    'message_send, an update': async () =>
      call('dev-1', 'message_send', letter(await given.acknowledged(), 'Update', '@pm')),
    checklist_update: async () => {
      const atpId = await given.review('InProgress');
      return call('dev-1', 'checklist_update', { atpId, item: 'root-cause', state: 'done', note: 'A lock.' });
    },
    atp_get: async () => call('pm-1', 'atp_get', { atpId: (await given.closed()).atpId }),
    'atp_list, 25 of the newest': async () => call('pm-1', 'atp_list', {}),
    'atp_list, 25 of one status': async () => call('pm-1', 'atp_list', { status: 'InProgress' }),
    'message_list, an inbox': async () => call('dev-1', 'message_list', { open: true }),
    'message_list, what is new': async () => {
      const { atp } = await service.done('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress' });
      await given.directive(atp.atpId);
      return call('dev-1', 'message_list', { since: atp.createdAt });
    },
    'message_list, of an ATP': async () => call('pm-1', 'message_list', { atpId: (await given.closed()).atpId }),
    artifact_get: async () => {
      const atpId = await given.completed();
      const { artifact } = await service.done('pm-1', 'artifact_create', { atpId, ...report });
      return call('dev-1', 'artifact_get', { artifactId: artifact.artifactId });
    },
    'GET /atps/{atpId}/report': async () => {
      const { atpId } = await given.closed();
      return () => askReport(service, 'pm-1', atpId);
    },
    flow_get: async () => call('dev-1', 'flow_get', { type: 'hotfix' }),
  };
};
