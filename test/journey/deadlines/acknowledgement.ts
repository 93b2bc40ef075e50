import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CallerRole, ToolName } from '../../../lib/model.ts';
import { type Deadlines, soon } from '../../support/deadlines.ts';
import { newId } from '../../support/service.ts';
import { until } from '../../support/until.ts';

/** Directives and starts; `seconds` is the deadline of an acknowledgement. */
export const describeAcknowledgements = (deadlines: () => Deadlines, seconds: number): void => {
  const deadline = 'acknowledgement@dev';
  const rejection = { status: 'Rejected', notes: 'A false alarm.' };
  const rework = { status: 'InProgress', notes: 'Still answers 500.' };

  const givenDirectiveTo = async (role: CallerRole) => {
    const atpId = await deadlines().given.started();
    const messageId = await deadlines().given.directive(atpId, role);
    const sent = (await deadlines().messages(atpId)).find((message) => message.messageId === messageId);
    return { atpId, messageId, sentAt: sent?.sentAt ?? '' };
  };

  /** The escalations of a directive; a start without one to @dev has an escalation of its own. */
  const escalationsOf = async (atpId: string, role: CallerRole) =>
    (await deadlines().written(atpId)).filter(({ subject }) => subject.startsWith(`No ${role} has acknowledged`));

  const waited = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 1_000);

  describe.concurrent('given a P0 directive', () => {
    test.each(['@dev', '@sre'] as const)(
      'when nobody of %s acknowledges it, then the operator is told three times how long it waited and what to do, and no more',
      async (role) => {
        const { atpId, messageId, sentAt } = await givenDirectiveTo(role);
        await soon(async () => (await escalationsOf(atpId, role)).length === 3);
        const escalations = await escalationsOf(atpId, role);
        for (const [index, escalation] of escalations.entries()) {
          const wait = waited(sentAt, escalation.sentAt);
          expect(wait).toBeGreaterThanOrEqual(seconds * (index + 1));
          expect(escalation).toMatchObject({
            toAgent: '@operator',
            sentBy: { role: '@system', name: 'system' },
            priority: 'P0-Critical',
            requiresAck: false,
            subject: `No ${role} has acknowledged the directive for ${wait} s`,
          });
          expect(escalation.body).toContain(
            `The P0 directive to ${role} has waited ${wait} s for acknowledgement and nobody has taken it (escalation ${index + 1} of 3).`,
          );
          expect(escalation.body).toContain(`Get somebody of ${role} to call message_ack with messageId ${messageId}.`);
          expect(await deadlines().delivered(escalation.messageId)).toEqual([
            expect.objectContaining({ messageType: 'Escalation', atpId, body: escalation.body }),
          ]);
        }

        // A directive of now is due later than a fourth escalation would be.
        const witness = await givenDirectiveTo(role);
        await soon(async () => (await escalationsOf(witness.atpId, role)).length > 0);
        expect(await escalationsOf(atpId, role)).toHaveLength(3);
        expect(await deadlines().timer(atpId, `acknowledgement${role}`)).toBeUndefined();
      },
    );

    type Disarming = (atpId: string, messageId: string) => [who: string, tool: ToolName, body: object];
    const disarmings: [string, 'started' | 'completed' | 'verified', Disarming][] = [
      ['it is acknowledged', 'started', (_, messageId) => ['dev-1', 'message_ack', { messageId }]],
      ['the ATP is rejected', 'started', (atpId) => ['pm-1', 'atp_change_status', { atpId, ...rejection }]],
      ['the ATP is closed', 'verified', (atpId) => ['pm-1', 'atp_close', { atpId }]],
      ['the fix is sent back', 'completed', (atpId) => ['pm-1', 'atp_change_status', { atpId, ...rework }]],
    ];
    test.each(disarmings)('when %s, then its timer comes and does nothing', async (_, state, disarm) => {
      const atpId = await deadlines().given[state]();
      const messageId = await deadlines().given.directive(atpId);
      expect(await deadlines().timer(atpId, deadline)).toBeDefined();
      const [who, tool, body] = disarm(atpId, messageId);
      const { atp } = await deadlines().service.done(who, tool, body);
      expect(await deadlines().timer(atpId, deadline)).toBeUndefined();
      // The directive that was acknowledged on the way to the state had a timer too.
      await deadlines().cameForNothing(atpId, deadline, state === 'started' ? 1 : 2);
      const late = (await escalationsOf(atpId, '@dev')).filter(({ sentAt }) => sentAt > atp.updatedAt);
      expect(late).toEqual([]);
    });

    test('when a newer one is sent, then the time of that one counts, and only that one is escalated', async () => {
      const { atpId } = await givenDirectiveTo('@dev');
      const first = await deadlines().timer(atpId, deadline);
      const newer = await deadlines().given.directive(atpId);
      const second = await deadlines().timer(atpId, deadline);
      expect(second?.dueAt).not.toBe(first?.dueAt);
      await deadlines().cameForNothing(atpId, deadline);
      const [escalation] = await deadlines().escalated(atpId);
      expect(escalation?.body).toContain(`messageId ${newer}.`);
      expect(escalation?.body).toContain('(escalation 1 of 3)');
      expect((escalation?.sentAt ?? '') >= (second?.dueAt ?? 'never')).toBe(true);
    });

    test('when it is a drill, then the email and the SMS of its escalation say so', async () => {
      const { given, service, stack } = deadlines();
      const atpId = newId();
      await service.done('pm-1', 'atp_set', {
        atpId,
        status: 'InProgress',
        title: 'Checkout answers 500',
        drill: true,
      });
      await given.directive(atpId);
      const [escalation] = await deadlines().escalated(atpId);
      await deadlines().delivered(escalation?.messageId ?? '');
      const outbox = join(stack.data, 'outbox');
      const received = (kind: string): string[] =>
        readdirSync(outbox)
          .filter((name) => name.includes(`-hitl-${kind}-`) && name.endsWith('.txt'))
          .map((name) => readFileSync(join(outbox, name), 'utf8'))
          .filter((text) => text.includes(`ESCALATION ${atpId}`));
      // A mail may wait for its turn.
      await until(() => received('email').length > 0);
      const [email = '', ...otherEmails] = received('email');
      const [sms = '', ...otherSms] = received('sms');
      expect([...otherEmails, ...otherSms]).toEqual([]);
      expect(email).toMatch(new RegExp(`^Subject: \\[P0 DRILL\\] ESCALATION ${atpId}: No @dev has acknowledged`, 'm'));
      expect(sms).toMatch(new RegExp(`^[^>]{1,10}> DRILL P0 ESCALATION ${atpId}: `));
      expect(sms.length).toBeLessThanOrEqual(160);
    });
  });

  describe.concurrent('given a start', () => {
    test('when no directive follows, then the operator is told once, and what to do', async () => {
      const atpId = await deadlines().given.started();
      const [escalation] = await deadlines().escalated(atpId);
      const wait = waited((await deadlines().atp(atpId)).createdAt, escalation?.sentAt ?? '');
      expect(wait).toBeGreaterThanOrEqual(seconds);
      expect(escalation?.subject).toBe(`Started ${wait} s ago, and no directive to @dev was sent`);
      expect(escalation?.body).toContain('Tell @pm to send @dev a Directive with message_send.');
      expect(await deadlines().delivered(escalation?.messageId ?? '')).toHaveLength(1);

      const later = await deadlines().given.started();
      await deadlines().escalated(later);
      expect(await deadlines().written(atpId)).toHaveLength(1);
    });

    test('when a directive follows in time, then the timer of the start does nothing', async () => {
      const atpId = await deadlines().given.acknowledged();
      expect(await deadlines().timer(atpId, 'directive')).toBeUndefined();
      await deadlines().cameForNothing(atpId, 'directive');
      expect((await deadlines().written(atpId)).filter(({ subject }) => subject.startsWith('Started'))).toEqual([]);
    });
  });
};
