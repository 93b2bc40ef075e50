import { describe, expect, test } from 'vitest';
import type { Deadlines } from '../../support/deadlines.ts';

/** `seconds` are the deadlines of a fix and of its verification. */
export const describeFixes = (deadlines: () => Deadlines, seconds: number): void => {
  const update = (atpId: string) => ({
    atpId,
    toAgent: '@pm',
    messageType: 'Update',
    subject: 'At it',
    body: 'Found it.',
  });
  const waited = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 1_000);

  describe.concurrent('given a fix that somebody owns', () => {
    test('when its owner is silent, then the operator is told after each further deadline, and what to do', async () => {
      const atpId = await deadlines().given.acknowledged();
      const { acknowledgedAt = '' } = await deadlines().atp(atpId);
      const escalations = await deadlines().escalated(atpId, 4);
      for (const [index, { subject, body, sentAt, messageId }] of escalations.entries()) {
        const wait = waited(acknowledgedAt, sentAt);
        expect(wait).toBeGreaterThanOrEqual(seconds * (index + 1));
        expect(subject).toBe(`No sign of life from dev-1 for ${wait} s`);
        expect(body).toContain('an Update by message_send shows that they are at it');
        expect(body).toContain('tell @pm to send @dev a new Directive');
        expect(await deadlines().delivered(messageId)).toHaveLength(1);
      }
      expect((await deadlines().timer(atpId, 'fix'))?.dueAt).toBeDefined();
    });

    test('when its owner gives a sign of life, then the deadline counts from there, and the timer of before does nothing', async () => {
      const atpId = await deadlines().given.acknowledged();
      const before = await deadlines().timer(atpId, 'fix');
      const { message } = await deadlines().service.done('dev-1', 'message_send', update(atpId));
      const after = await deadlines().timer(atpId, 'fix');
      expect(Date.parse(after?.dueAt ?? '') - Date.parse(message.sentAt)).toBe(seconds * 1_000);
      expect(after?.dueAt).not.toBe(before?.dueAt);
      await deadlines().cameForNothing(atpId, 'fix');
      const [escalation] = await deadlines().escalated(atpId);
      expect((escalation?.sentAt ?? '') >= (after?.dueAt ?? 'never')).toBe(true);
    });

    test('when somebody else writes on it, then that is no sign of life', async () => {
      const atpId = await deadlines().given.acknowledged();
      await deadlines().service.done('dev-2', 'message_send', update(atpId));
      await deadlines().service.done('sre-1', 'message_send', update(atpId));
      const { acknowledgedAt = '' } = await deadlines().atp(atpId);
      const [escalation] = await deadlines().escalated(atpId);
      const wait = waited(acknowledgedAt, escalation?.sentAt ?? '');
      expect(escalation?.subject).toBe(`No sign of life from dev-1 for ${wait} s`);
    });

    test('when it is handed off, then the timer does nothing', async () => {
      const atpId = await deadlines().given.completed();
      const { completedAt = '' } = await deadlines().atp(atpId);
      expect(await deadlines().timer(atpId, 'fix')).toBeUndefined();
      await deadlines().cameForNothing(atpId, 'fix');
      const silence = (await deadlines().written(atpId)).filter(({ subject }) => subject.startsWith('No sign of life'));
      expect(silence.filter(({ sentAt }) => sentAt > completedAt)).toEqual([]);
    });

    test('when it is sent back and nobody has it, then the operator is told that', async () => {
      const { given, service } = deadlines();
      const atpId = await given.completed();
      const notes = 'Still answers 500.';
      await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress', notes });
      await given.directive(atpId);
      const [escalation] = await deadlines().escalated(atpId);
      expect(escalation?.subject).toMatch(/^Sent back \d+ s ago, and nobody has it$/);
    });
  });

  describe.concurrent('given a fix to be verified', () => {
    test.each(['Complete', 'Deployed'] as const)(
      'when it is %s and does not move, then the operator is told once, and what to do',
      async (status) => {
        const { given } = deadlines();
        const atpId = status === 'Complete' ? await given.completed() : await given.emergency('Deployed');
        const [escalation] = await deadlines().escalated(atpId);
        expect(escalation?.subject).toMatch(new RegExp(`^${status} for \\d+ s, and it has not moved since$`));
        expect(escalation?.body).toContain(`Tell @pm: atp_get with atpId ${atpId} lists under next`);
        expect(await deadlines().delivered(escalation?.messageId ?? '')).toHaveLength(1);
        expect(await deadlines().timer(atpId, 'verification')).toBeUndefined();

        const later = await given.completed();
        await deadlines().escalated(later);
        expect(await deadlines().written(atpId)).toHaveLength(1);
      },
    );

    test('when it is closed, then the timer does nothing', async () => {
      const { atpId } = await deadlines().given.closed();
      const { closedAt = '' } = await deadlines().atp(atpId);
      await deadlines().cameForNothing(atpId, 'verification');
      expect((await deadlines().written(atpId)).filter(({ sentAt }) => sentAt > closedAt)).toEqual([]);
    });

    test('when it is sent back, then the timer does nothing', async () => {
      const { given, service } = deadlines();
      const atpId = await given.completed();
      const rework = { atpId, status: 'InProgress', notes: 'Still answers 500.' };
      const { atp } = await service.done('pm-1', 'atp_change_status', rework);
      await deadlines().cameForNothing(atpId, 'verification');
      const unmoved = (await deadlines().written(atpId)).filter(({ subject }) => subject.startsWith('Complete'));
      expect(unmoved.filter(({ sentAt }) => sentAt > atp.updatedAt)).toEqual([]);
    });
  });
};
