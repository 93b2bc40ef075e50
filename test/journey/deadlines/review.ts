import { describe, expect, test } from 'vitest';
import { type Deadlines, soon } from '../../support/deadlines.ts';

/** `seconds` is the deadline of a review, `reminderSeconds` what lies between its reminders. */
export const describeReviews = (deadlines: () => Deadlines, seconds: number, reminderSeconds: number): void => {
  describe.concurrent('given the review of a closed hotfix', () => {
    test('when it is overdue, then the operator is reminded five times, each saying what to do, and no more', async () => {
      const { atpId: sourceAtpId, reviewId } = await deadlines().given.closed();
      const { dueAt = '', createdAt, deadlines: running } = await deadlines().atp(reviewId);
      expect(Date.parse(dueAt) - Date.parse(createdAt)).toBe(seconds * 1_000);
      expect(running).toEqual([{ deadline: 'review', dueAt, firings: 0 }]);

      await deadlines().escalated(reviewId, 1);
      expect((await deadlines().atp(reviewId)).dueAt).toBe(dueAt);
      const reminders = await deadlines().escalated(reviewId, 5);
      for (const [index, { subject, body, sentAt, messageId, priority }] of reminders.entries()) {
        const passed = Date.parse(sentAt) - Date.parse(dueAt);
        expect(passed).toBeGreaterThanOrEqual(index * reminderSeconds * 1_000);
        expect([subject, priority]).toEqual([`The review is overdue (reminder ${index + 1} of 5)`, 'P2-Normal']);
        expect(body).toContain(`The review ${reviewId} of ${sourceAtpId} was due at ${dueAt} and is Queued.`);
        expect(body).toContain(`Tell @pm to see to it: atp_get with atpId ${reviewId} lists what is open.`);
        expect(await deadlines().delivered(messageId)).toHaveLength(1);
      }

      expect((await deadlines().atp(reviewId)).deadlines).toBeUndefined();
      const later = await deadlines().given.closed();
      await deadlines().escalated(later.reviewId);
      expect(await deadlines().written(reviewId)).toHaveLength(5);
    });

    test('when it is closed in time, then the timer does nothing', async () => {
      const reviewId = await deadlines().given.review('Closed');
      const { closedAt = '', deadlines: running } = await deadlines().atp(reviewId);
      expect(running).toBeUndefined();
      await deadlines().cameForNothing(reviewId, 'review');
      expect((await deadlines().written(reviewId)).filter(({ sentAt }) => sentAt > closedAt)).toEqual([]);
    });

    test('when it is closed after a reminder, then there is no further one', async () => {
      const reviewId = await deadlines().given.review('Complete', true);
      await soon(async () => (await deadlines().written(reviewId)).length > 0);
      const { atp } = await deadlines().service.done('pm-1', 'atp_close', { atpId: reviewId });
      await deadlines().cameForNothing(reviewId, 'review');
      expect((await deadlines().written(reviewId)).filter(({ sentAt }) => sentAt > atp.closedAt)).toEqual([]);
    });
  });
};
