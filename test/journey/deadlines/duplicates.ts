import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { localAccount, localAws } from '../../../infra/local/aws.ts';
import type { Timer } from '../../../lib/model.ts';
import { type Deadlines, soon } from '../../support/deadlines.ts';

/** The last of a stack's: it has the queue bring what failed sooner. */
export const describeDuplicates = (deadlines: () => Deadlines): void => {
  const COPIES = 10;
  const DAY_MS = 86_400_000;

  const sendCopies = (timer: Timer) => Promise.all(Array.from({ length: COPIES }, () => deadlines().send(timer)));

  /** The timer of a deadline that runs. */
  const timerOf = async (atpId: string, deadline: string): Promise<Timer> => {
    const timer = await deadlines().timer(atpId, deadline);
    if (!timer) throw new Error(`${deadline} does not run on ${atpId}`);
    return timer;
  };

  describe.concurrent('given a timer that comes eleven times at once, and ten times more afterwards', () => {
    test('when it is that of a directive, then each of its three escalations is written and delivered once', async () => {
      const { atpId } = await deadlines().given.directed();
      let sent = 0;
      for (let firing = 0; firing < 3; firing++) {
        const timer = await deadlines().timer(atpId, 'acknowledgement@dev');
        // A machine so busy that all three passed meanwhile.
        if (!timer) break;
        await sendCopies(timer);
        await deadlines().escalated(atpId, firing + 1);
        await sendCopies(timer);
        sent += 2 * COPIES;
      }
      await deadlines().cameForNothing(atpId, 'acknowledgement@dev', sent);
      await deadlines().escalated(atpId, 3);
      const escalations = await deadlines().written(atpId);
      expect(escalations.map(({ body }) => /\(escalation \d of 3\)/.exec(body)?.[0])).toEqual([
        '(escalation 1 of 3)',
        '(escalation 2 of 3)',
        '(escalation 3 of 3)',
      ]);
      for (const { messageId } of escalations) expect(await deadlines().delivered(messageId)).toHaveLength(1);
    });

    test('when it is that of obligations, then there is one notification and one review', async () => {
      const atpId = await deadlines().given.owing();
      const timer = await timerOf(atpId, 'obligations');
      await sendCopies(timer);
      await soon(async () => (await deadlines().atp(atpId)).followUpAtpId !== undefined);
      await sendCopies(timer);
      await deadlines().cameForNothing(atpId, 'obligations', 2 * COPIES);
      expect(await deadlines().written(atpId, 'HITLNotification')).toHaveLength(1);
      expect(await deadlines().written(atpId)).toEqual([]);
      const { atps } = await deadlines().service.done('pm-1', 'atp_list', { type: 'review', limit: 100 });
      const { followUpAtpId } = await deadlines().atp(atpId);
      const own = atps.filter(({ sourceAtpId }: { sourceAtpId: string }) => sourceAtpId === atpId);
      expect(own.map((review: { atpId: string }) => review.atpId)).toEqual([followUpAtpId]);
    });
  });

  describe.concurrent('given a timer that nothing waits for', () => {
    const strays: Record<string, (timer: Timer) => Timer> = {
      'is a day late': (timer) => ({ ...timer, dueAt: new Date(Date.parse(timer.dueAt) - DAY_MS).toISOString() }),
      'is of a deadline that is gone': (timer) => ({ ...timer, deadline: 'standby', dueAt: new Date(0).toISOString() }),
      'is named as what every object has': (timer) => ({ ...timer, deadline: 'constructor', dueAt: '2026-01-01' }),
      'is of an ATP that never was': (timer) => ({ ...timer, atpId: `${timer.atpId}-never`, dueAt: '2026-01-01' }),
    };
    test.each(Object.entries(strays))('when it %s, then it does nothing', async (_, strayOf) => {
      const { atpId } = await deadlines().given.directed();
      const stray = strayOf(await timerOf(atpId, 'acknowledgement@dev'));
      const before = await deadlines().messages(atpId);
      await deadlines().send(stray);
      await deadlines().cameForNothing(stray.atpId, stray.deadline);
      expect(deadlines().came(stray).fired).toBe(0);
      // The timer of its own does.
      const escalations = await deadlines().escalated(atpId);
      expect((await deadlines().messages(atpId)).length).toBe(before.length + escalations.length);
      expect(escalations[0]?.body).toContain('(escalation 1 of 3)');
    });
  });

  describe('given messages that are no timers', () => {
    const bodies = [
      'this is no timer',
      'null',
      '[]',
      '{}',
      '{"atpId":"AT-1","deadline":"fix"}',
      '{"atpId":"AT-1","deadline":"fix","dueAt":"tomorrow"}',
      '{"atpId":{"S":"AT-1"},"deadline":"fix","dueAt":"2026-01-01T00:00:00.000Z"}',
      JSON.stringify({ atpId: 'A'.repeat(5_000), deadline: 'fix', dueAt: '2026-01-01T00:00:00.000Z' }),
    ];

    test('when they come with one that is, then that one fires, and they end as dead letters', async () => {
      const { endpoint, timers: QueueUrl } = deadlines().stack.sqs;
      const sqs = new SQSClient({ ...localAws, endpoint });
      // Five receives, minutes apart: sooner here.
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '2' } }));
      const { atpId } = await deadlines().given.directed();
      await Promise.all(bodies.map((body) => deadlines().send(body)));
      await deadlines().escalated(atpId);

      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
      );
      const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as { deadLetterTargetArn: string };
      const deadLetters = `${endpoint}/${localAccount}/${deadLetterTargetArn.split(':').at(-1)}`;
      const dead = new Set<string | undefined>();
      await soon(async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: deadLetters, MaxNumberOfMessages: 10, VisibilityTimeout: 300 }),
        );
        for (const { Body } of Messages) dead.add(Body);
        return dead.size >= bodies.length;
      });
      expect([...dead].sort()).toEqual(bodies.toSorted());

      const later = await deadlines().given.directed();
      await deadlines().escalated(later.atpId);
    });
  });
};
