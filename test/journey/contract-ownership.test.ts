import { beforeAll, describe, expect, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { type Body, Given, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const lists = { completed: ['Rolled back'], evidence: ['Tests pass'] };
const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
const code = async (who: string, tool: ToolName, body: Body): Promise<string> =>
  (await service.call(who, tool, body)).body.code ?? 'accepted';
const read = (atpId: string): Promise<Body> => service.done('qa-1', 'atp_get', { atpId });
const openFor = async (who: string): Promise<string[]> => {
  const { messages } = await service.done(who, 'message_list', { open: true, limit: 100 });
  return messages.map(({ messageId }: Body) => messageId);
};

describe('given a directive to @dev', () => {
  it('when the first @dev acknowledges, then they own the fix, and it is written on the directive', async () => {
    const { atpId, messageId } = await given.directed();
    const before = (await read(atpId)).messages.length;
    const { atp, message } = await service.done('dev-2', 'message_ack', { messageId, notes: 'On it.' });
    expect(atp).toMatchObject({ status: 'InProgress', owner: { role: '@dev', name: 'dev-2' } });
    expect(message).toMatchObject({ messageId, acknowledgedBy: { role: '@dev', name: 'dev-2' } });
    expect(message.acknowledgedAt).toBe(atp.acknowledgedAt);
    const after = await read(atpId);
    expect(after.messages).toHaveLength(before);
    expect(after.timeline.at(-1)).toMatchObject({ principal: 'dev-2', role: '@dev', messageId, notes: 'On it.' });
    expect(await openFor('dev-1')).not.toContain(messageId);
  });

  it('when the same principal acknowledges again, then the answer is the same and nothing is added', async () => {
    const { atpId, messageId } = await given.directed();
    const first = await service.done('dev-1', 'message_ack', { messageId });
    const before = await service.items(atpId);
    expect(await service.done('dev-1', 'message_ack', { messageId })).toEqual(first);
    expect(await service.items(atpId)).toEqual(before);
    expect(await code('dev-2', 'message_ack', { messageId })).toBe('ALREADY_ACKNOWLEDGED');
  });

  it('when many acknowledge at once, then exactly one owns the fix', async () => {
    const { atpId, messageId } = await given.directed();
    const racers = Array.from({ length: 8 }, (_, racer) => (racer % 2 ? 'dev-1' : 'dev-2'));
    const codes = await Promise.all(racers.map((who) => code(who, 'message_ack', { messageId })));
    const { atp, timeline } = await read(atpId);
    expect(timeline.filter(({ action }: Body) => action === 'acknowledge')).toHaveLength(1);
    expect(codes.map((each, racer) => each === 'accepted' && racers[racer]).filter(Boolean)).toEqual(
      Array(4).fill(atp.owner.name),
    );
  });

  it('when another role acknowledges, then the flow gives that to @dev', async () => {
    const { messageId } = await given.directed();
    for (const who of ['pm-1', 'operator-1', 'sre-1', 'qa-1'])
      expect(await code(who, 'message_ack', { messageId }), who).toBe('ROLE_NOT_PERMITTED');
  });

  it('when it asks for no acknowledgement, then it waits in no inbox and can be taken all the same', async () => {
    const atpId = await given.started();
    const letter = {
      atpId,
      toAgent: '@dev',
      messageType: 'Directive',
      subject: 'Fix',
      body: 'Now.',
      requiresAck: false,
    };
    const { message } = await service.done('pm-1', 'message_send', letter);
    expect(await openFor('dev-1')).not.toContain(message.messageId);
    expect(await code('dev-1', 'handoff', { atpId, ...lists })).toBe('NOT_ACKNOWLEDGED');
    const { atp } = await service.done('dev-1', 'message_ack', { messageId: message.messageId });
    expect(atp.owner.name).toBe('dev-1');
  });

  it('when none was sent or none acknowledged, then no door completes the fix', async () => {
    const { atpId } = await given.directed();
    const body = '### Completed Work\n- x\n### Pending Work\n### Evidence\n- x';
    for (const id of [atpId, await given.started()]) {
      expect(await code('dev-1', 'atp_set', { atpId: id, status: 'Complete' })).toBe('NOT_ACKNOWLEDGED');
      expect(await code('dev-1', 'atp_change_status', { atpId: id, status: 'Complete' })).toBe('NOT_ACKNOWLEDGED');
      expect(await code('dev-1', 'handoff', { atpId: id, ...lists })).toBe('NOT_ACKNOWLEDGED');
      const handoff = { atpId: id, messageType: 'Handoff', toAgent: '@pm', subject: 'Ready', body };
      expect(await code('dev-1', 'message_send', handoff)).toBe('NOT_ACKNOWLEDGED');
    }
  });
});

describe('given a newer directive to @dev', () => {
  it('then the older one left the inbox and cannot be acknowledged; the newest can, by anyone of @dev', async () => {
    const { atpId, messageId: older } = await given.directed();
    const newest = await given.directive(atpId);
    const open = await openFor('dev-1');
    expect(open).toContain(newest);
    expect(open).not.toContain(older);
    expect(await code('dev-1', 'message_ack', { messageId: older })).toBe('INVALID_TRANSITION');
    const { atp } = await service.done('dev-2', 'message_ack', { messageId: newest });
    expect(atp.owner.name).toBe('dev-2');
  });

  it('when the fix was owned, then ownership is open again: the former owner has to acknowledge like any other', async () => {
    const atpId = await given.acknowledged();
    const messageId = await given.directive(atpId);
    expect((await read(atpId)).atp).not.toHaveProperty('owner');
    expect(await code('dev-1', 'handoff', { atpId, ...lists })).toBe('NOT_ACKNOWLEDGED');
    await service.done('dev-2', 'message_ack', { messageId });
    expect(await code('dev-1', 'handoff', { atpId, ...lists })).toBe('NOT_OWNER');
    expect(await code('dev-2', 'handoff', { atpId, ...lists })).toBe('accepted');
  });

  it('when it goes to another role, then the fix keeps its owner and the older directive its place', async () => {
    const atpId = await given.acknowledged();
    await given.directive(atpId, '@qa');
    expect((await read(atpId)).atp.owner.name).toBe('dev-1');
    const { atpId: waiting, messageId } = await given.directed();
    await given.directive(waiting, '@sre');
    expect(await openFor('dev-1')).toContain(messageId);
  });
});

describe('given a directive to @qa, or any other message', () => {
  it('when it is acknowledged, then that is a receipt: no ownership, and nothing waits for it', async () => {
    const { atpId } = await given.directed();
    const messageId = await given.directive(atpId, '@qa');
    expect(await openFor('qa-1')).toContain(messageId);
    const { atp, message } = await service.done('qa-1', 'message_ack', { messageId });
    expect(atp).not.toHaveProperty('owner');
    expect(message.acknowledgedBy).toEqual({ role: '@qa', name: 'qa-1' });
    expect(await openFor('qa-1')).not.toContain(messageId);
    expect(await code('dev-1', 'message_ack', { messageId })).toBe('ROLE_NOT_PERMITTED');
  });

  it('when two principals of the receiving role acknowledge an update, then the second is told who was first', async () => {
    const atpId = await given.acknowledged();
    const letter = { atpId, toAgent: '@pm', messageType: 'Update', subject: 'On the way', body: 'Half done.' };
    const { message } = await service.done('dev-1', 'message_send', letter);
    await service.done('pm-2', 'message_ack', { messageId: message.messageId });
    const second = await service.call('pm-1', 'message_ack', { messageId: message.messageId });
    expect(second.body.code).toBe('ALREADY_ACKNOWLEDGED');
    expect(second.body.detail).toContain('pm-2');
    expect(await code('dev-1', 'handoff', { atpId, ...lists })).toBe('accepted');
  });
});

describe('given a fix that was sent back', () => {
  const reworked = async (): Promise<string> => {
    const atpId = await given.verified();
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress', notes: 'It fails again.' });
    return atpId;
  };

  it('then its owner keeps it and hands it off without another acknowledgement', async () => {
    const atpId = await reworked();
    const { atp } = await read(atpId);
    expect(atp).toMatchObject({ status: 'InProgress', stage: 'implement', owner: { name: 'dev-1' } });
    expect(atp).not.toHaveProperty('completedAt');
    expect(await code('dev-2', 'handoff', { atpId, ...lists })).toBe('NOT_OWNER');
    expect(await code('dev-1', 'handoff', { atpId, ...lists })).toBe('accepted');
  });

  it.each(['atp_close', 'atp_change_status', 'atp_set'] as const)(
    'when it is complete again, then %s asks for a fresh handoff and a fresh report',
    async (tool) => {
      const atpId = await reworked();
      const close = () => code('pm-1', tool, { atpId, ...(tool !== 'atp_close' && { status: 'Closed' }) });
      await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
      expect(await close()).toBe('HANDOFF_MISSING');
      await service.done('dev-1', 'handoff', { atpId, ...lists });
      expect(await close()).toBe('REPORT_MISSING');
      await service.done('pm-1', 'artifact_create', { atpId, ...report });
      expect(await close()).toBe('accepted');
    },
  );

  it('when a directive follows, then ownership is open again', async () => {
    const atpId = await reworked();
    const messageId = await given.directive(atpId);
    const { atp } = await service.done('dev-2', 'message_ack', { messageId });
    expect(atp.owner.name).toBe('dev-2');
  });

  it.each(['atp_change_status', 'atp_set'] as const)(
    'when %s sends it back without notes, then that is refused by name',
    async (tool) => {
      const { body } = await service.call('pm-1', tool, { atpId: await given.completed(), status: 'InProgress' });
      expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'notes' }] });
    },
  );
});
