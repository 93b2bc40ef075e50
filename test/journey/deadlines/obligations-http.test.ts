import { describe, expect, test } from 'vitest';
import type { AtpView } from '../../../lib/view.ts';
import { givenDeadlines, soon } from '../../support/deadlines.ts';

const deadlines = givenDeadlines({ obligation: 6 });
const system = { role: '@system', name: 'system' };
const pm = { role: '@pm', name: 'pm-1' };

const notification = (atpId: string) => ({
  atpId,
  toAgent: '@operator',
  messageType: 'HITLNotification',
  subject: 'Closed',
  body: 'The fix is live.',
});
const review = (sourceAtpId: string) => ({ title: 'Post-Incident Review', type: 'review', sourceAtpId });

const notify = (atpId: string) => deadlines().service.done('pm-1', 'message_send', notification(atpId));
const queueReview = (atpId: string) => deadlines().service.done('pm-1', 'atp_create', review(atpId));

const isMet = ({ obligations = [] }: AtpView): boolean => obligations.every(({ state }) => state === 'met');
const whoMet = ({ obligations = [] }: AtpView) => obligations.map(({ kind, metBy }) => [kind, metBy]);

const whenMet = async (atpId: string): Promise<AtpView> => {
  await soon(async () => isMet(await deadlines().atp(atpId)));
  return deadlines().atp(atpId);
};

/** All notifications of the closure, whoever wrote them. */
const notificationsOf = async (atpId: string) =>
  (await deadlines().messages(atpId)).filter(({ messageType }) => messageType === 'HITLNotification');

/** All reviews of a source, also those that it does not know of. */
const reviewsOf = async (atpId: string): Promise<AtpView[]> => {
  const found: AtpView[] = [];
  let cursor: string | undefined;
  do {
    const page = await deadlines().service.done('pm-1', 'atp_list', { type: 'review', limit: 100, cursor });
    found.push(...page.atps.filter(({ sourceAtpId }: AtpView) => sourceAtpId === atpId));
    cursor = page.cursor;
  } while (cursor);
  return found;
};

describe.concurrent('given a closed hotfix that owes', () => {
  test('when nobody meets any of it in time, then the service does, once, and says that it had to', async () => {
    const atpId = await deadlines().given.owing();
    const owing = await deadlines().atp(atpId);
    expect(owing.deadlines).toEqual([{ deadline: 'obligations', dueAt: expect.any(String), firings: 0 }]);
    expect(owing.obligations?.map(({ kind, state, dueAt }) => [kind, state, dueAt])).toEqual(
      ['hitlNotification', 'followUp'].map((kind) => [kind, 'open', owing.deadlines?.[0]?.dueAt]),
    );

    const atp = await whenMet(atpId);
    expect(whoMet(atp)).toEqual([
      ['hitlNotification', system],
      ['followUp', system],
    ]);
    expect(atp.deadlines).toBeUndefined();
    const [told, ...more] = await notificationsOf(atpId);
    expect(more).toEqual([]);
    expect(told?.subject).toBe('Closed, and the service had to do what @pm still owed');
    expect(told?.body).toContain(`the post-incident review ${atp.followUpAtpId}`);
    expect(await deadlines().written(atpId)).toEqual([]);
    expect(await deadlines().delivered(told?.messageId ?? '')).toHaveLength(1);
    await soon(async () => (await reviewsOf(atpId)).length > 0);
    expect((await reviewsOf(atpId)).map((each) => [each.atpId, each.status, each.createdBy])).toEqual([
      [atp.followUpAtpId, 'Queued', system],
    ]);
  });

  test('when only the notification is sent in time, then the service makes the review and escalates that it had to', async () => {
    const atpId = await deadlines().given.owing();
    await notify(atpId);
    const atp = await whenMet(atpId);
    expect(whoMet(atp)).toEqual([
      ['hitlNotification', pm],
      ['followUp', system],
    ]);
    expect(await notificationsOf(atpId)).toHaveLength(1);
    const [escalation, ...more] = await deadlines().written(atpId);
    expect(more).toEqual([]);
    expect(escalation?.subject).toBe('Closed, and the service had to do what @pm still owed');
    expect(escalation?.body).toContain(`the post-incident review ${atp.followUpAtpId}`);
    expect(await deadlines().delivered(escalation?.messageId ?? '')).toHaveLength(1);
  });

  test('when only the review is queued in time, then the service sends the notification, which names that review', async () => {
    const atpId = await deadlines().given.owing();
    const { atp: queued } = await queueReview(atpId);
    const atp = await whenMet(atpId);
    expect(whoMet(atp)).toEqual([
      ['hitlNotification', system],
      ['followUp', pm],
    ]);
    expect(atp.followUpAtpId).toBe(queued.atpId);
    const [told, ...more] = await notificationsOf(atpId);
    expect(more).toEqual([]);
    expect(told?.body).toContain(`Post-incident review ${queued.atpId} is queued.`);
    expect((await reviewsOf(atpId)).map((each) => each.atpId)).toEqual([queued.atpId]);
  });

  test('when all is met in time, then the timer does nothing', async () => {
    const atpId = await deadlines().given.owing();
    await Promise.all([notify(atpId), queueReview(atpId)]);
    expect(await deadlines().timer(atpId, 'obligations')).toBeUndefined();
    await deadlines().cameForNothing(atpId, 'obligations');
    expect(whoMet(await deadlines().atp(atpId)).map(([, who]) => who)).toEqual([pm, pm]);
    expect((await deadlines().messages(atpId)).filter(({ fromAgent }) => fromAgent === '@system')).toEqual([]);
    expect(await reviewsOf(atpId)).toHaveLength(1);
  });
});

describe('given many closed hotfixes that owe', () => {
  const MANY = 24;
  /** Calls of the callers, spread around the moment at which the timers come. */
  const SPREAD_MS = 1_500;

  test('when @pm meets each at the moment it is due, then each has one notification and one review, whoever made them', async () => {
    const ids = await Promise.all(Array.from({ length: MANY }, () => deadlines().given.owing()));
    const atLast = async (atpId: string, index: number): Promise<void> => {
      const timer = await deadlines().timer(atpId, 'obligations');
      // Met already where the machine is so busy that all of this took longer than the deadline.
      const dueAt = Date.parse(timer?.dueAt ?? new Date().toISOString());
      await soon(() => Date.now() >= dueAt + (index / MANY) * SPREAD_MS);
      await Promise.all([notify(atpId), queueReview(atpId), timer && deadlines().send(timer)]);
    };
    await Promise.all(ids.map(atLast));
    const met = await Promise.all(ids.map(whenMet));
    for (const [index, atpId] of ids.entries()) {
      expect(await notificationsOf(atpId)).toHaveLength(1);
      expect((await reviewsOf(atpId)).map((each) => each.atpId)).toEqual([met[index]?.followUpAtpId]);
    }
  });
});
