import { beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.ts';

describe("given the spec's three listings, when they are run in order and word for word", () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });

  it('then every call succeeds and the hotfix ends closed with nothing owed', async () => {
    const atpId = 'AT-XX-YY';
    const started = await service.done('pm-1', 'atp_set', {
      atpId,
      status: 'InProgress',
      agent: '@pm',
      notes: 'HOTFIX: Production incident',
    });
    expect(started.atp).toMatchObject({
      type: 'hotfix',
      status: 'InProgress',
      priority: 'P0-Critical',
      stage: 'implement',
    });

    const { message } = await service.done('pm-1', 'message_send', {
      atpId,
      fromAgent: '@pm',
      toAgent: '@dev',
      messageType: 'Directive',
      priority: 'P0-Critical',
      subject: '🔥 HOTFIX: [Incident Description]',
      body: '## URGENT: Production Fix Required\n...',
    });
    expect(message.requiresAck).toBe(true);

    const taken = await service.done('dev-1', 'message_ack', {
      messageId: message.messageId,
      agent: '@dev',
      notes: 'Acknowledged, starting immediately',
    });
    expect(taken.atp.owner).toEqual({ role: '@dev', name: 'dev-1' });

    const handedOff = await service.done('dev-1', 'message_send', {
      atpId,
      fromAgent: '@dev',
      toAgent: '@pm',
      messageType: 'Handoff',
      priority: 'P1-High',
      subject: 'Handoff: AT-XX-YY - Hotfix Ready',
      body: `## Hotfix Ready for Deployment

### Completed Work
- Fix implemented and tested

### Pending Work
- Deploy
- Verify
- Close

### Evidence
- Tests pass
- Build passes`,
      requiresAck: false,
    });
    expect(handedOff.atp.status).toBe('Complete');

    const turn = { 'x-turn-id': 'listing-3' };
    await service.done(
      'pm-1',
      'artifact_create',
      {
        atpId,
        artifactType: 'PMVerificationReport',
        title: 'PM Verification Report: AT-XX-YY (Hotfix)',
        content: '... hotfix verification summary ...',
        persist: 'db',
      },
      turn,
    );
    const closed = await service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, turn);
    expect(closed).toMatchObject({ endOfMessage: true, atp: { status: 'Closed', stage: 'done' } });

    await service.done(
      'pm-1',
      'message_send',
      {
        atpId,
        fromAgent: '@pm',
        toAgent: '@operator',
        messageType: 'HITLNotification',
        subject: 'ATP Closed: AT-XX-YY (Hotfix)',
        body: 'Hotfix deployed successfully...',
      },
      turn,
    );
    const review = await service.done(
      'pm-1',
      'atp_create',
      { title: 'Post-Incident Review: [Original Issue]', type: 'review', notes: 'Follow-up from hotfix AT-XX-YY' },
      turn,
    );
    expect(review).toMatchObject({ created: true, atp: { status: 'Queued', sourceAtpId: atpId } });

    const { atp, next } = await service.done('operator-1', 'atp_get', { atpId });
    expect(atp.obligations.map(({ state }: { state: string }) => state)).toEqual(['met', 'met']);
    expect(next).toEqual([]);
  });
});
