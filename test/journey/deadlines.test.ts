import { beforeAll, describe, expect, it } from 'vitest';
import type { Timer } from '../../lib/model.ts';
import { deadlinesOf, fireTimer, timerOf } from '../support/firing.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const acknowledgement = 'acknowledgement@dev';
const fireNow = async (atpId: string, deadline: string) =>
  fireTimer(service.table, await timerOf(service, atpId, deadline));
const escalations = async (atpId: string): Promise<Body[]> =>
  (await readWhole(service, atpId)).messages.filter(({ messageType }) => messageType === 'Escalation');
const say = (who: string, atpId: string, messageType = 'Update') =>
  service.done(who, 'message_send', { atpId, toAgent: '@pm', messageType, subject: 'Still at it', body: 'Found it.' });
const to = (atpId: string, status: string, who = 'pm-1') =>
  service.done(who, 'atp_change_status', { atpId, status, notes: 'It has to be.' });

describe('given a P0 directive that nobody acknowledges', () => {
  it('when its deadline passes, then the operator is told three times how long it waits, and no fourth time', async () => {
    const { atpId, messageId } = await given.directed();
    for (const time of [1, 2, 3]) {
      expect(await fireNow(atpId, acknowledgement)).toBe('acted');
      const told = (await escalations(atpId)).at(-1);
      expect(told).toMatchObject({ fromAgent: '@system', toAgent: '@operator', priority: 'P0-Critical' });
      expect(told.subject).toMatch(/^No @dev has acknowledged the directive for /);
      expect(told.body).toContain(`escalation ${time} of 3`);
      expect(told.body).toContain(messageId);
    }
    expect(await deadlinesOf(service, atpId)).toEqual([]);
  });

  it('when the same timer comes ten times, then it is told once', async () => {
    const { atpId } = await given.directed();
    const timer = await timerOf(service, atpId, acknowledgement);
    const fired = await Promise.all(Array.from({ length: 10 }, () => fireTimer(service.table, timer)));
    expect(fired.filter((did) => did === 'acted')).toHaveLength(1);
    expect(await escalations(atpId)).toHaveLength(1);
  });

  it.each(['@qa', '@sre'])('when it went to %s, then that is watched by itself', async (role) => {
    const { atpId } = await given.directed();
    await given.directive(atpId, role);
    expect(await deadlinesOf(service, atpId)).toEqual([acknowledgement, `acknowledgement${role}`].sort());
    expect(await fireNow(atpId, `acknowledgement${role}`)).toBe('acted');
    expect((await escalations(atpId))[0].subject).toContain(role);
  });

  it('when it is no P0, or asks for no acknowledgement, then nothing is watched', async () => {
    for (const more of [{ priority: 'P1-High' }, { requiresAck: false }]) {
      const atpId = await given.started();
      const letter = { atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Fix it', body: 'Soon.', ...more };
      await service.done('pm-1', 'message_send', letter);
      expect(await deadlinesOf(service, atpId)).toEqual([]);
    }
  });

  const disarming: [string, (atpId: string, messageId: string) => Promise<unknown>][] = [
    ['is acknowledged', (_, messageId) => service.done('dev-2', 'message_ack', { messageId })],
    ['is superseded by a newer one', (atpId) => given.directive(atpId)],
    ['ends with a rejection', (atpId) => to(atpId, 'Rejected')],
  ];
  it.each(disarming)('when it %s, then its timer does nothing any more', async (_, disarm) => {
    const { atpId, messageId } = await given.directed();
    const timer = await timerOf(service, atpId, acknowledgement);
    await disarm(atpId, messageId);
    expect(await fireTimer(service.table, timer)).toBe('nothing');
    expect(await escalations(atpId)).toEqual([]);
  });

  it('when the fix is sent back meanwhile, then that disarms it, and the silence that follows is watched', async () => {
    const atpId = await given.completed();
    await given.directive(atpId);
    const timer = await timerOf(service, atpId, acknowledgement);
    await to(atpId, 'InProgress');
    expect(await fireTimer(service.table, timer)).toBe('nothing');
    expect(await deadlinesOf(service, atpId)).toEqual(['fix']);
    expect(await fireNow(atpId, 'fix')).toBe('acted');
    expect((await escalations(atpId))[0].subject).toMatch(/^Sent back .* nobody has it$/);
  });
});

describe('given a timer that has nothing to say', () => {
  it.each<[string, (atpId: string) => Timer]>([
    [
      'is of an ATP that is gone',
      () => ({ atpId: newId(), deadline: acknowledgement, dueAt: '2026-01-01T00:00:00.000Z' }),
    ],
    ['is a day old', (atpId) => ({ atpId, deadline: acknowledgement, dueAt: '2026-01-01T00:00:00.000Z' })],
    [
      'names no deadline of the flow',
      (atpId) => ({ atpId, deadline: 'constructor', dueAt: '2026-01-01T00:00:00.000Z' }),
    ],
  ])('when one that %s comes, then nothing is written', async (_, timer) => {
    const { atpId } = await given.directed();
    const before = await service.items(atpId);
    expect(await fireTimer(service.table, timer(atpId))).toBe('nothing');
    expect(await service.items(atpId)).toEqual(before);
  });
});

describe('given a fix that somebody owns', () => {
  it('when they are silent, then every further deadline is told of, with their name', async () => {
    const atpId = await given.acknowledged();
    for (let time = 1; time <= 5; time++) expect(await fireNow(atpId, 'fix')).toBe('acted');
    const told = await escalations(atpId);
    expect(told).toHaveLength(5);
    expect(told[0].subject).toMatch(/^No sign of life from dev-1 for /);
  });

  it('when they write anything on it, then the wait begins anew; what others write is no sign of life', async () => {
    const atpId = await given.acknowledged();
    const first = await timerOf(service, atpId, 'fix');
    await say('dev-2', atpId);
    expect(await timerOf(service, atpId, 'fix')).toEqual(first);
    await say('dev-1', atpId);
    const second = await timerOf(service, atpId, 'fix');
    expect(second.dueAt > first.dueAt).toBe(true);
    expect(await fireTimer(service.table, first)).toBe('nothing');
    const artifact = { atpId, artifactType: 'Other', title: 'Graph', content: 'It falls.' };
    await service.done('dev-1', 'artifact_create', artifact);
    expect((await timerOf(service, atpId, 'fix')).dueAt > second.dueAt).toBe(true);
  });

  it('when it is handed off, then the verification is waited for, once; closing or sending back ends that', async () => {
    for (const [end, owed] of [
      ['Closed', []],
      ['InProgress', ['fix']],
    ] as const) {
      const atpId = await given.verified();
      expect(await deadlinesOf(service, atpId)).toEqual(['verification']);
      const timer = await timerOf(service, atpId, 'verification');
      expect(await fireTimer(service.table, timer)).toBe('acted');
      expect((await escalations(atpId))[0].body).toContain('is Complete for');
      expect(await deadlinesOf(service, atpId)).toEqual([]);
      await (end === 'Closed' ? service.done('pm-1', 'atp_close', { atpId }) : to(atpId, end));
      expect(await deadlinesOf(service, atpId)).toEqual(owed);
    }
  });
});

describe('given a hotfix without a directive', () => {
  it('when the deadline passes, then the operator is told once; a directive ends the wait', async () => {
    const atpId = await given.started();
    const timer = await timerOf(service, atpId, 'directive');
    expect(await fireTimer(service.table, timer)).toBe('acted');
    expect((await escalations(atpId))[0].body).toContain('Tell @pm to send @dev a Directive');
    expect(await deadlinesOf(service, atpId)).toEqual([]);

    const other = await given.started();
    const late = await timerOf(service, other, 'directive');
    await given.directive(other);
    expect(await fireTimer(service.table, late)).toBe('nothing');
  });
});

describe('given a closed ATP whose review is due', () => {
  it('when the review is late, then the operator is reminded five times; its closure ends that', async () => {
    const { reviewId } = await given.closed();
    for (let time = 1; time <= 5; time++) expect(await fireNow(reviewId, 'review')).toBe('acted');
    expect((await escalations(reviewId)).map(({ subject }) => subject)).toEqual(
      [1, 2, 3, 4, 5].map((time) => `The review is overdue (reminder ${time} of 5)`),
    );
    expect(await deadlinesOf(service, reviewId)).toEqual([]);

    const closed = await given.review('Complete', true);
    const timer = await timerOf(service, closed, 'review');
    await service.done('pm-1', 'atp_close', { atpId: closed });
    expect(await fireTimer(service.table, timer)).toBe('nothing');
  });
});
