import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { keys } from '../../lib/store/keys.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const allGates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
const code = async (who: string, tool: ToolName, body: Body): Promise<string> =>
  (await service.call(who, tool, body)).body.code ?? 'accepted';
const read = (atpId: string): Promise<Body> => service.done('qa-1', 'atp_get', { atpId });

const doors = ['atp_close', 'atp_change_status', 'atp_set'] as const;
const closeBy = (tool: (typeof doors)[number], atpId: string, more: Body = {}) =>
  service.call('pm-1', tool, { atpId, ...(tool !== 'atp_close' && { status: 'Closed' }), ...more });

describe('given a verified hotfix, when @pm closes it with atp_close', () => {
  it('then closure, notification and review are there at once, and nothing is owed', async () => {
    const atpId = await given.verified();
    const answer = await service.done('pm-1', 'atp_close', { atpId });
    const { atp, message, followUp } = answer;
    expect(answer.endOfMessage).toBe(true);
    expect(atp).toMatchObject({ status: 'Closed', stage: 'done', gates: allGates, followUpAtpId: followUp.atpId });
    const met = { state: 'met', metAt: atp.closedAt, metBy: { role: '@pm', name: 'pm-1' } };
    expect(atp.obligations).toEqual([
      expect.objectContaining({ kind: 'hitlNotification', ...met }),
      expect.objectContaining({ kind: 'followUp', ...met }),
    ]);
    expect(message).toMatchObject({
      atpId,
      fromAgent: '@pm',
      toAgent: '@operator',
      messageType: 'HITLNotification',
      requiresAck: false,
      sentAt: atp.closedAt,
    });
    expect(followUp).toMatchObject({
      type: 'review',
      status: 'Queued',
      sourceAtpId: atpId,
      title: 'Post-Incident Review: Checkout answers 500',
      createdAt: atp.closedAt,
      createdBy: { role: '@pm', name: 'pm-1' },
    });
    const found = await read(atpId);
    expect(found.atp).toEqual(atp);
    expect(found.next).toEqual([]);
    expect(found.messages).toContainEqual(message);
    const closures = found.timeline.filter(({ to }: Body) => to === 'Closed');
    expect(closures).toEqual([
      expect.objectContaining({ from: 'Complete', role: '@pm', principal: 'pm-1', messageId: message.messageId }),
    ]);
    const review = await read(followUp.atpId);
    expect(review.atp).toEqual(followUp);
    expect(review.timeline).toEqual([expect.objectContaining({ to: 'Queued', principal: 'pm-1' })]);
  });

  it('then what it was given is used: summary, gates, notification, and the review’s id, title and notes', async () => {
    const atpId = await given.verified();
    const followUp = { atpId: newId(), title: 'Why the pool ran dry', notes: 'Ask the database people.' };
    const closed = await service.done('pm-1', 'atp_close', {
      atpId,
      summary: 'Rolled back to 41.',
      gates: allGates,
      notification: { subject: 'Checkout is back', body: 'Since 12:03.' },
      followUp,
    });
    expect(closed.atp).toMatchObject({ summary: 'Rolled back to 41.', gates: allGates });
    expect(closed.message.subject).toBe('Checkout is back');
    expect(closed.message.body).toMatch(/^Rolled back to 41\.\s+Since 12:03\.$/);
    expect(closed.followUp).toMatchObject(followUp);
  });

  it('then a body of the service’s own opens with the summary', async () => {
    const { message } = await service.done('pm-1', 'atp_close', {
      atpId: await given.verified(),
      summary: 'Rolled back to 41.',
    });
    expect(message.body).toMatch(/^Rolled back to 41\./);
  });

  it('when the review’s id is taken, then nothing is closed', async () => {
    const atpId = await given.verified();
    const before = await service.items(atpId);
    for (const taken of [await given.started(), atpId])
      expect(await code('pm-1', 'atp_close', { atpId, followUp: { atpId: taken } })).toBe('ALREADY_EXISTS');
    expect(await service.items(atpId)).toEqual(before);
  });
});

describe('given a verified hotfix, when @pm closes it by a status', () => {
  it.each(['atp_change_status', 'atp_set'] as const)(
    'then %s leaves both obligations open, with their deadline, for the calls that follow',
    async (tool) => {
      const atpId = await given.verified();
      const answer = (await closeBy(tool, atpId)).body;
      expect(answer.endOfMessage).toBe(true);
      expect(answer).not.toHaveProperty('message');
      expect(answer).not.toHaveProperty('followUp');
      const dueAt = new Date(Date.parse(answer.atp.closedAt) + 900_000).toISOString();
      const owed = [
        { kind: 'hitlNotification', state: 'open', dueAt },
        { kind: 'followUp', state: 'open', dueAt },
      ];
      expect(answer.atp.obligations).toEqual(owed);
      expect((await read(atpId)).atp.obligations).toEqual(owed);
    },
  );

  it('then each is met by its call, and by whom and when is kept', async () => {
    const atpId = await given.owing();
    const letter = {
      atpId,
      messageType: 'HITLNotification',
      toAgent: '@operator',
      subject: 'Closed',
      body: 'It holds.',
    };
    const notified = await service.done('pm-2', 'message_send', letter);
    expect(notified.atp.obligations[0]).toMatchObject({
      state: 'met',
      metAt: notified.message.sentAt,
      metBy: { role: '@pm', name: 'pm-2' },
    });
    expect(notified.atp.obligations[1].state).toBe('open');
    await service.done('pm-1', 'atp_create', { type: 'review', title: 'Review', sourceAtpId: atpId });
    const { atp, next } = await read(atpId);
    expect(atp.obligations[1]).toMatchObject({ state: 'met', metBy: { role: '@pm', name: 'pm-1' } });
    expect(atp.obligations[1].metAt).toEqual(expect.any(String));
    expect(next).toEqual([]);
  });

  it('then an escalation or a decision does not pass for the notification', async () => {
    const atpId = await given.owing();
    const letter = { atpId, subject: 'Closed', body: 'It holds.' };
    await service.done('pm-1', 'message_send', { ...letter, messageType: 'Escalation', toAgent: '@operator' });
    await service.done('operator-1', 'message_send', { ...letter, messageType: 'Decision', toAgent: '@pm' });
    expect((await read(atpId)).atp.obligations[0].state).toBe('open');
  });
});

describe('given a notification sent before the closure', () => {
  it('then it does not meet the obligation of a closure that came later', async () => {
    const atpId = await given.verified();
    const letter = { atpId, messageType: 'HITLNotification', toAgent: '@operator', subject: 'Soon', body: 'Soon.' };
    await service.done('pm-1', 'message_send', letter);
    await closeBy('atp_change_status', atpId);
    expect((await read(atpId)).atp.obligations[0].state).toBe('open');
  });
});

describe.each(doors)('given quality gates, when %s closes', (tool) => {
  const reportWith = (atpId: string, gates?: Body) =>
    service.done('pm-1', 'artifact_create', { atpId, ...report, ...(gates && { gates }) });

  it('then only the newest report counts', async () => {
    const failed = await given.verified();
    await reportWith(failed, { ...allGates, revertible: false });
    expect((await closeBy(tool, failed)).body.code).toBe('GATE_FAILED');
    await reportWith(failed);
    expect((await closeBy(tool, failed)).status).toBe(200);
  });
});

describe('given gates in the call of atp_close', () => {
  it('then a no in the call refuses, and a yes does not undo a no in the report', async () => {
    const atpId = await given.verified();
    expect(await code('pm-1', 'atp_close', { atpId, gates: { ...allGates, fixesIssue: false } })).toBe('GATE_FAILED');
    await service.done('pm-1', 'artifact_create', { atpId, ...report, gates: { ...allGates, fixesIssue: false } });
    expect(await code('pm-1', 'atp_close', { atpId, gates: allGates })).toBe('GATE_FAILED');
  });

  it.each([
    ['two of three', { fixesIssue: true, revertible: true }],
    ['a fourth', { ...allGates, looksNice: true }],
    ['words for booleans', { ...allGates, revertible: 'yes' }],
    ['the gates of an emergency', { bleedingStopped: true, rollbackPossible: true, blastRadiusVerified: true }],
    ['none', {}],
    ['null', null],
  ])('when they are %s, then that is a fault of the input', async (_, gates) => {
    const atpId = await given.verified();
    const { body } = await service.call('pm-1', 'atp_close', { atpId, gates });
    expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: expect.stringMatching(/^gates/) }] });
    const reported = await service.call('pm-1', 'artifact_create', { atpId, ...report, gates });
    expect(reported.body.code).toBe('INVALID_INPUT');
  });

  it('when it is a review, then gates, notification and follow-up have no place', async () => {
    const atpId = await given.review('Complete', true);
    for (const more of [{ gates: allGates }, { notification: { subject: 'Done' } }, { followUp: { title: 'More' } }])
      expect(await code('pm-1', 'atp_close', { atpId, ...more })).toBe('INVALID_INPUT');
  });
});

describe('given an alert that still fires', () => {
  it.each(['atp_close', 'atp_change_status'] as const)(
    'when %s closes over it, then the reason stands in the timeline',
    async (tool) => {
      const atpId = await given.verified();
      await service.table.client.send(
        new UpdateCommand({
          TableName: service.table.name,
          Key: keys.atp(atpId),
          UpdateExpression: 'SET alertFiring = :true',
          ExpressionAttributeValues: { ':true': true },
        }),
      );
      expect((await closeBy(tool, atpId)).body.code).toBe('ALERT_STILL_FIRING');
      expect((await closeBy(tool, atpId, { alertOverride: 'The probe is broken.' })).status).toBe(200);
      const { timeline } = await read(atpId);
      expect(timeline.find(({ to }: Body) => to === 'Closed').notes).toContain('The probe is broken.');
    },
  );
});

describe('given a review that waits for other ATPs', () => {
  it('then it closes once every one of them is closed or rejected, and not before', async () => {
    const [closing, rejecting, already] = [await given.verified(), await given.started(), await given.rejected()];
    const atpId = newId();
    const dependencies = [closing, rejecting, already];
    const created = await service.done('pm-1', 'atp_create', { atpId, type: 'review', title: 'R', dependencies });
    expect(created.created).toBe(true);
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    await given.answers(atpId);
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Complete' });
    const refused = await service.call('pm-1', 'atp_close', { atpId });
    expect(refused.body.code).toBe('DEPENDENCY_OPEN');
    expect(refused.body.detail).toContain(closing);
    expect(refused.body.detail).toContain(rejecting);
    expect(refused.body.detail).not.toContain(already);
    await service.done('pm-1', 'atp_close', { atpId: closing });
    expect(await code('pm-1', 'atp_close', { atpId })).toBe('DEPENDENCY_OPEN');
    await service.done('pm-1', 'atp_set', { atpId: rejecting, status: 'Rejected', notes: 'Duplicate.' });
    expect(await code('pm-1', 'atp_close', { atpId })).toBe('accepted');
  });
});

describe('given a false alarm', () => {
  it.each(['atp_change_status', 'atp_set'] as const)(
    'when %s rejects it, then the operator is told by the service, no review is owed, and the message ends',
    async (tool) => {
      const { atpId, messageId } = await given.directed();
      const answer = await service.done('pm-1', tool, { atpId, status: 'Rejected', notes: 'The probe was wrong.' });
      expect(answer).toMatchObject({ endOfMessage: true, next: [], atp: { status: 'Rejected', stage: 'done' } });
      const { atp, messages, timeline } = await read(atpId);
      expect(atp).not.toHaveProperty('obligations');
      expect(atp.closedAt).toEqual(expect.any(String));
      const notice = messages.find(({ messageType }: Body) => messageType === 'HITLNotification');
      expect(notice).toMatchObject({ fromAgent: '@system', toAgent: '@operator', sentBy: { role: '@system' } });
      expect(notice.body).toContain('The probe was wrong.');
      expect(timeline.at(-1)).toMatchObject({ from: 'InProgress', to: 'Rejected', notes: 'The probe was wrong.' });
      const { messages: open } = await service.done('dev-1', 'message_list', { open: true, limit: 100 });
      expect(open.map((each: Body) => each.messageId)).not.toContain(messageId);
    },
  );

  it('when no notes say why, then it is refused by name', async () => {
    const { body } = await service.call('pm-1', 'atp_set', { atpId: await given.started(), status: 'Rejected' });
    expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'notes' }] });
  });
});

describe('given a directive that still waits', () => {
  it.each(doors)('when %s closes the ATP, then it leaves the inbox', async (tool) => {
    const atpId = await given.verified();
    const messageId = await given.directive(atpId, '@qa');
    expect((await closeBy(tool, atpId)).status).toBe(200);
    const { messages } = await service.done('qa-1', 'message_list', { open: true, limit: 100 });
    expect(messages.map((each: Body) => each.messageId)).not.toContain(messageId);
    expect(await code('qa-1', 'message_ack', { messageId })).toBe('ATP_CLOSED');
  });
});

describe('given a closed ATP', () => {
  it.each([
    ['closed, owing', () => given.owing()],
    ['closed, settled', async () => (await given.closed()).atpId],
    ['rejected', () => given.rejected()],
    ['a closed review', () => given.review('Closed')],
  ])('(%s) then @pm and @operator may still talk about it, and nobody else', async (_, state) => {
    const atpId = await state();
    const say = (who: string, messageType: string, toAgent: string) =>
      code(who, 'message_send', { atpId, messageType, toAgent, subject: 'About it', body: 'What there is to say.' });
    expect(await say('operator-1', 'Decision', '@pm')).toBe('accepted');
    expect(await say('operator-1', 'Update', '@pm')).toBe('accepted');
    expect(await say('pm-1', 'Escalation', '@operator')).toBe('accepted');
    expect(await say('pm-1', 'HITLNotification', '@operator')).toBe('accepted');
    expect(await say('operator-1', 'Decision', '@dev')).toBe('ATP_CLOSED');
    expect(await say('dev-1', 'Update', '@pm')).toBe('ATP_CLOSED');
    expect(await say('dev-1', 'Escalation', '@operator')).toBe('ATP_CLOSED');
    expect(await say('pm-1', 'Directive', '@dev')).toBe('ATP_CLOSED');
    expect(await say('pm-1', 'Decision', '@operator')).toBe('ROLE_NOT_PERMITTED');
  });
});
