import { beforeAll, describe, expect, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { mintToken } from '../../lib/principal.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
const noGates = { fixesIssue: true, noObviousBreakage: true, revertible: false };

const code = async (who: string, tool: ToolName, body: Body, headers = {}): Promise<string> =>
  (await service.call(who, tool, body, headers)).body.code ?? 'accepted';

describe('given a message with every fault there is, when one after the other is mended', () => {
  it('then the answer is the first that is left, in the order of the contract', async () => {
    const closed = await given.owing();
    const turn = newId();
    const used = newId();
    const other = await given.verified();
    await service.done('pm-1', 'atp_change_status', { atpId: other, status: 'Closed' }, { 'x-turn-id': turn });
    const letter = { messageType: 'Blocker', toAgent: '@pm', subject: 'On the fix', body: 'It is stuck.' };
    const first = { atpId: await given.started(), ...letter, messageType: 'Escalation', toAgent: '@operator' };
    await service.done('pm-1', 'message_send', first, { 'idempotency-key': used });

    const faults = { ...letter, atpId: newId(), fromAgent: '@qa', colour: 'red', body: 'x'.repeat(65_537) };
    const headers = { 'x-turn-id': turn, 'idempotency-key': used };
    const send = (who: string, body: Body, sent = headers) => code(who, 'message_send', body, sent);
    expect(await send(mintToken('@pm').token, faults)).toBe('UNAUTHENTICATED');
    expect(await send('pm-1', faults)).toBe('PAYLOAD_TOO_LARGE');
    const small = { ...faults, body: 'It is stuck.' };
    expect(await send('pm-1', small)).toBe('INVALID_INPUT');
    const { colour, ...known } = small;
    expect(await send('pm-1', known)).toBe('AGENT_MISMATCH');
    const own = { ...known, fromAgent: '@pm' };
    expect(await send('pm-1', own)).toBe('IDEMPOTENCY_MISMATCH');
    const fresh = { ...headers, 'idempotency-key': newId() };
    expect(await send('pm-1', own, fresh)).toBe('MESSAGE_BOUNDARY');
    const begun = { ...fresh, 'x-turn-id': newId() };
    expect(await send('pm-1', own, begun)).toBe('SELF_MESSAGE');
    const rejection = { ...own, messageType: 'Rejection', toAgent: '@dev' };
    expect(await send('pm-1', rejection, begun)).toBe('NOT_FOUND');
    expect(await send('pm-1', { ...rejection, atpId: closed }, begun)).toBe('ATP_CLOSED');
    expect(await send('pm-1', { ...rejection, atpId: await given.started() }, begun)).toBe('accepted');
  });
});

describe('given a call to which two codes apply, then the first of the order is answered', () => {
  const junk = 'atp_pm_junk';
  const misfit = { incident: { category: 'can-wait' } };

  it('UNAUTHENTICATED before a body that is no JSON', async () => {
    expect(await code(junk, 'atp_set', '{')).toBe('UNAUTHENTICATED');
    expect(await code(mintToken('@dev').token, 'atp_set', '{')).toBe('UNAUTHENTICATED');
  });

  it('MESSAGE_BOUNDARY before NOT_A_HOTFIX', async () => {
    const turn = { 'x-turn-id': newId() };
    await service.done('pm-1', 'atp_change_status', { atpId: await given.verified(), status: 'Closed' }, turn);
    expect(await code('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress', ...misfit }, turn)).toBe(
      'MESSAGE_BOUNDARY',
    );
  });

  it('NOT_A_HOTFIX before ATP_CLOSED, ALREADY_EXISTS, INVALID_TRANSITION and ROLE_NOT_PERMITTED', async () => {
    const start = { status: 'InProgress', ...misfit };
    expect(await code('pm-1', 'atp_set', { atpId: await given.rejected(), ...start })).toBe('NOT_A_HOTFIX');
    expect(await code('pm-1', 'atp_set', { atpId: await given.started(), ...start })).toBe('NOT_A_HOTFIX');
    expect(await code('pm-1', 'atp_set', { atpId: newId(), ...start, status: 'Queued' })).toBe('NOT_A_HOTFIX');
    expect(await code('dev-1', 'atp_set', { atpId: newId(), ...start })).toBe('NOT_A_HOTFIX');
  });

  it('INVALID_INPUT before AGENT_MISMATCH, also for what only the flow can tell', async () => {
    const message = { atpId: newId(), toAgent: '@operator', subject: 'S', body: 'B' };
    const wrongReceiver = { ...message, messageType: 'Directive', fromAgent: '@qa' };
    expect(await code('pm-1', 'message_send', wrongReceiver)).toBe('INVALID_INPUT');
    const unknownItem = { atpId: newId(), item: 'blame', state: 'open', agent: '@qa' };
    expect(await code('pm-1', 'checklist_update', unknownItem)).toBe('INVALID_INPUT');
  });

  it('AGENT_MISMATCH before NOT_FOUND', async () => {
    expect(await code('pm-1', 'atp_close', { atpId: newId(), agent: '@dev' })).toBe('AGENT_MISMATCH');
  });

  it('NOT_FOUND before ALREADY_EXISTS, that before INVALID_TRANSITION, that before ROLE_NOT_PERMITTED', async () => {
    const taken = { atpId: await given.started(), title: 'Taken' };
    expect(await code('dev-1', 'atp_create', { ...taken, type: 'hotfix', sourceAtpId: newId() })).toBe('NOT_FOUND');
    expect(await code('dev-1', 'atp_create', { ...taken, type: 'hotfix' })).toBe('ALREADY_EXISTS');
    expect(await code('dev-1', 'atp_create', { title: 'New', type: 'hotfix' })).toBe('INVALID_TRANSITION');
    expect(await code('dev-1', 'atp_create', { title: 'New', type: 'review' })).toBe('ROLE_NOT_PERMITTED');
  });

  it('ATP_CLOSED before ALREADY_EXISTS', async () => {
    const atpId = await given.rejected();
    expect(await code('pm-1', 'atp_set', { atpId, status: 'InProgress' })).toBe('ATP_CLOSED');
    expect(await code('pm-1', 'atp_close', { atpId, followUp: { atpId } })).toBe('ATP_CLOSED');
  });

  it('ALREADY_EXISTS before INVALID_TRANSITION and ROLE_NOT_PERMITTED, where a closure names a taken review', async () => {
    const atpId = await given.started();
    expect(await code('dev-1', 'atp_close', { atpId, followUp: { atpId: await given.started() } })).toBe(
      'ALREADY_EXISTS',
    );
    expect(await code('dev-1', 'atp_close', { atpId })).toBe('INVALID_TRANSITION');
  });

  it('INVALID_INPUT first, where the fault shows only against the type of the ATP', async () => {
    const handoffBody = '### Completed Work\n- Done\n### Pending Work\n### Evidence\n- Seen';
    const setting = { title: 'New', type: 'bugfix', qa: 'never', agent: '@pm' };
    expect(await code('dev-1', 'atp_create', setting)).toBe('INVALID_INPUT');
    const raised = { atpId: await given.started(), type: 'emergency', qa: 'never' };
    expect(await code('pm-1', 'atp_set', raised)).toBe('INVALID_INPUT');
    const closed = await given.emergency('Closed');
    const handedOff = {
      messageType: 'Handoff',
      toAgent: '@pm',
      subject: 'Done',
      body: handoffBody,
      priority: 'P3-Low',
    };
    expect(await code('dev-1', 'message_send', { atpId: closed, ...handedOff })).toBe('INVALID_INPUT');
    expect(await code('pm-1', 'artifact_create', { atpId: closed, ...report, gates: noGates })).toBe('INVALID_INPUT');
    expect(await code('pm-1', 'artifact_create', { atpId: closed, ...report, verdict: 'pass' })).toBe('INVALID_INPUT');
    const impact = { atpId: await given.review(), item: 'impact', state: 'done', note: 'None.' };
    expect(await code('qa-1', 'checklist_update', impact)).toBe('INVALID_INPUT');
  });

  it('ROLE_NOT_PERMITTED before every guard', async () => {
    expect(await code('pm-1', 'handoff', { atpId: newId(), completed: ['Done'], evidence: ['Seen'] })).toBe(
      'SELF_MESSAGE',
    );
    expect(await code('qa-1', 'atp_set', { atpId: await given.started(), status: 'Complete' })).toBe(
      'ROLE_NOT_PERMITTED',
    );
    expect(await code('dev-1', 'atp_close', { atpId: await given.completed() })).toBe('ROLE_NOT_PERMITTED');
    expect(await code('dev-1', 'atp_close', { atpId: await given.review('Complete') })).toBe('ROLE_NOT_PERMITTED');
  });
});

describe('given a step with several guards, when one after the other is met', () => {
  it('then completing is refused as not acknowledged before as not owned', async () => {
    const atpId = await given.started();
    const complete = (who: string) => code(who, 'atp_set', { atpId, status: 'Complete' });
    expect(await complete('dev-2')).toBe('NOT_ACKNOWLEDGED');
    const messageId = await given.directive(atpId);
    expect(await complete('dev-2')).toBe('NOT_ACKNOWLEDGED');
    await service.done('dev-1', 'message_ack', { messageId });
    expect(await complete('dev-2')).toBe('NOT_OWNER');
    expect(await complete('dev-1')).toBe('accepted');
  });

  it.each(['atp_close', 'atp_change_status', 'atp_set'] as const)(
    'then closing by %s is refused for the handoff, then the report, then the gates',
    async (tool) => {
      const atpId = await given.acknowledged();
      const close = () => code('pm-1', tool, { atpId, ...(tool !== 'atp_close' && { status: 'Closed' }) });
      await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
      expect(await close()).toBe('HANDOFF_MISSING');
      await service.done('dev-1', 'handoff', { atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
      expect(await close()).toBe('REPORT_MISSING');
      await service.done('pm-1', 'artifact_create', { atpId, ...report, gates: noGates });
      expect(await close()).toBe('GATE_FAILED');
      await service.done('pm-1', 'artifact_create', { atpId, ...report });
      expect(await close()).toBe('accepted');
    },
  );
});
