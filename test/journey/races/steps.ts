import { describe, expect, it } from 'vitest';
import { letter } from '../../support/overtaken.ts';
import { type Answer, newId } from '../../support/service.ts';
import { readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, tally } from './racing.ts';

const handoff = (atpId: string) => ({ atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
const handoffBody = '### Completed Work\n- Rolled back\n### Pending Work\n### Evidence\n- Tests pass';
const why = { notes: 'It still answers 500.' };

/** The steps of a fix, each taken by many at once. */
export const describeSteps = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);

  describe('given a directive to @dev', () => {
    it(`when ${CALLERS} principals acknowledge it at once, then exactly one owns the fix`, async () => {
      const { service, given, devs, together } = racing();
      const { atpId, messageId } = await given.directed();
      const answers = await together((place) => call(devs[place] ?? '', 'message_ack', { messageId }));
      expect(tally(answers)).toEqual({ done: 1, ALREADY_ACKNOWLEDGED: CALLERS - 1 });
      const winner = answers.find(({ status }) => status === 200);
      const { atp, timeline, messages } = await readWhole(service, atpId);
      expect(winner?.body.atp.owner).toEqual(atp.owner);
      expect(messages[0].acknowledgedBy).toEqual(atp.owner);
      expect(timeline.map(({ action }) => action)).toEqual(['start', 'direct', 'acknowledge']);
    });

    it('when two principals acknowledge it ten times each, then all calls of one get the one answer', async () => {
      const { service, given, together } = racing();
      const { atpId, messageId } = await given.directed();
      const answers = await together((place) => call(byTurns(place, 'dev-1', 'dev-2'), 'message_ack', { messageId }));
      expect(tally(answers)).toEqual({ done: CALLERS / 2, ALREADY_ACKNOWLEDGED: CALLERS / 2 });
      const [one, ...others] = answers.filter(({ status }) => status === 200).map(({ body }) => body.message);
      // a later answer may say that it was published meanwhile
      for (const other of others) expect({ ...other, publishedAt: one.publishedAt }).toEqual(one);
      const { timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ action }) => action === 'acknowledge')).toHaveLength(1);
    });

    it('when a newer one is sent while it is acknowledged, then what is owned is the newest or nothing', async () => {
      const { service, given, devs, together } = racing();
      const { atpId, messageId } = await given.directed();
      const answers = await together((place) =>
        place === CALLERS / 2
          ? call('pm-1', 'message_send', letter(atpId, 'Directive', '@dev'))
          : call(devs[place] ?? '', 'message_ack', { messageId }),
      );
      const newer = answers[CALLERS / 2];
      expect(newer?.status).toBe(200);
      expect(tally(answers).done).toBeLessThanOrEqual(2);
      const { atp } = await readWhole(service, atpId);
      expect(atp).not.toHaveProperty('owner');
      expect(await call('dev-1', 'message_ack', { messageId: newer?.body.message.messageId })).toMatchObject({
        status: 200,
      });
    });
  });

  describe('given a fix that is owned', () => {
    it('when its owner completes it at many doors at once, then it goes to Complete once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.acknowledged();
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('dev-1', 'atp_set', { atpId, status: 'Complete' }),
          () => call('dev-1', 'atp_change_status', { atpId, status: 'Complete' }),
        )(),
      );
      expect(tally(answers)).toEqual({ done: 1, INVALID_TRANSITION: CALLERS - 1 });
      expect((await readWhole(service, atpId)).timeline.filter(({ action }) => action === 'complete')).toHaveLength(1);
    });

    it('when it is handed off at every door at once, then it goes to Complete once and each handoff is told once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.acknowledged();
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('dev-1', 'handoff', handoff(atpId)),
          () => call('dev-1', 'message_send', { ...letter(atpId, 'Handoff', '@pm'), body: handoffBody }),
          () => call('dev-1', 'atp_set', { atpId, status: 'Complete' }),
          () => call('dev-2', 'handoff', handoff(atpId)),
        )(),
      );
      const { timeline, messages } = await readWhole(service, atpId);
      expect(timeline.filter(({ from, to }) => from === 'InProgress' && to === 'Complete')).toHaveLength(1);
      expect(timeline).toHaveLength(3 + (tally(answers).done ?? 0));
      expect(messages.filter(({ messageType }) => messageType === 'Handoff')).toHaveLength(
        answers.filter(({ status, body }) => status === 200 && body.message).length,
      );
      expect(tally(answers).NOT_OWNER).toBe(CALLERS / 4);
    });
  });

  describe('given a verified fix', () => {
    it('when two principals close it at every door at once, then it is closed once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.verified();
      const answers = await together((place) => {
        const who = byTurns(place, 'pm-1', 'pm-2');
        return byTurns(
          place,
          () => call(who, 'atp_close', { atpId, followUp: { atpId: `${atpId}-R${place}` } }),
          () => call(who, 'atp_change_status', { atpId, status: 'Closed' }),
          () => call(who, 'atp_set', { atpId, status: 'Closed' }),
        )();
      });
      expect(tally(answers)).toEqual({ done: 1, ATP_CLOSED: CALLERS - 1 });
      const { timeline, messages, atp } = await readWhole(service, atpId);
      expect(timeline.filter(({ action }) => action === 'close')).toHaveLength(1);
      const winner = answers.find(({ status }) => status === 200);
      expect(atp.followUpAtpId).toBe(winner?.body.followUp?.atpId);
      expect(messages.filter(({ messageType }) => messageType === 'HITLNotification')).toHaveLength(
        winner?.body.message ? 1 : 0,
      );
      const reviews = await together(async (place) => call('pm-1', 'atp_get', { atpId: `${atpId}-R${place}` }));
      expect(tally(reviews).done ?? 0).toBe(winner?.body.followUp ? 1 : 0);
    });

    it('when it is closed and sent back at once, then one of both happens, once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.verified();
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('pm-1', 'atp_close', { atpId }),
          () => call('pm-2', 'atp_change_status', { atpId, status: 'InProgress', ...why }),
        )(),
      );
      expect(tally(answers).done).toBe(1);
      const { timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ from, to }) => from === 'Complete' && to !== 'Complete')).toHaveLength(1);
    });

    it('when messages are sent while it is closed, then each that was taken is told, and none that was refused', async () => {
      const { service, given, together } = racing();
      const atpId = await given.verified();
      const { timeline: earlier } = await readWhole(service, atpId);
      const answers = await together((place) =>
        place === 3
          ? call('pm-1', 'atp_close', { atpId })
          : call('qa-1', 'message_send', letter(atpId, 'Update', '@pm')),
      );
      const { done = 0, ATP_CLOSED = 0 } = tally(answers);
      expect(done + ATP_CLOSED).toBe(CALLERS);
      expect(answers[3]?.status).toBe(200);
      expect((await readWhole(service, atpId)).timeline).toHaveLength(earlier.length + done);
    });
  });

  describe('given an id that nobody took', () => {
    it('when many start and queue it at once, then it is created once', async () => {
      const { service, together } = racing();
      const atpId = newId();
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('pm-1', 'atp_set', { atpId, status: 'InProgress', title: `Start ${place}` }),
          () => call('pm-2', 'atp_set', { atpId, status: 'InProgress', title: `Start ${place}` }),
        )(),
      );
      expect(tally(answers)).toEqual({ done: 1, ALREADY_EXISTS: CALLERS - 1 });
      const { atp, timeline } = await readWhole(service, atpId);
      expect(timeline).toHaveLength(1);
      expect(atp.title).toBe(answers.find(({ status }) => status === 200)?.body.atp.title);
    });
  });
};
