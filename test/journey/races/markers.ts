import { describe, expect, it } from 'vitest';
import { letter } from '../../support/overtaken.ts';
import { type Answer, newId } from '../../support/service.ts';
import { readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, tally } from './racing.ts';

/** Keys, turns and obligations, each used by many at once. */
export const describeMarkers = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);

  describe('given one idempotency key', () => {
    it('when the same request is made with it many times at once, then it has one effect and one answer', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const headers = { 'idempotency-key': newId() };
      const answers = await together(() => call('pm-1', 'message_send', letter(atpId, 'Directive', '@dev'), headers));
      expect(tally(answers)).toEqual({ done: CALLERS });
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers['idempotent-replayed'] !== 'true')).toHaveLength(1);
      const { timeline, messages } = await readWhole(service, atpId);
      expect(timeline).toHaveLength(2);
      expect(messages).toHaveLength(1);
    });

    it('when a creation without an id is made with it many times at once, then one ATP is created', async () => {
      const { together } = racing();
      const headers = { 'idempotency-key': newId() };
      const body = { title: 'Look at the locks', type: 'review' };
      const answers = await together(() => call('pm-1', 'atp_create', body, headers));
      expect(tally(answers)).toEqual({ done: CALLERS });
      expect(new Set(answers.map(({ body }) => body.atp.atpId)).size).toBe(1);
    });

    it('when other requests are made with it at once, then one is carried out and the others are refused', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const headers = { 'idempotency-key': newId() };
      const answers = await together((place) =>
        call('qa-1', 'message_send', { ...letter(atpId, 'Blocker', '@pm'), subject: `Blocker ${place}` }, headers),
      );
      expect(tally(answers)).toEqual({ done: 1, IDEMPOTENCY_MISMATCH: CALLERS - 1 });
      expect((await readWhole(service, atpId)).messages).toHaveLength(1);
    });

    it('when two credentials use it at once, then each has its own effect', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const headers = { 'idempotency-key': newId() };
      const answers = await together((place) =>
        call(byTurns(place, 'qa-1', 'sre-1'), 'message_send', letter(atpId, 'Update', '@pm'), headers),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      expect((await readWhole(service, atpId)).messages).toHaveLength(2);
    });
  });

  describe('given a closed hotfix that owes both obligations', () => {
    it('when they are met by two principals many times at once, then each is met once and one review exists', async () => {
      const { service, given, together } = racing();
      const atpId = await given.owing();
      const review = { title: 'Review', type: 'review', sourceAtpId: atpId };
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('pm-1', 'message_send', letter(atpId, 'HITLNotification', '@operator')),
          () => call('pm-2', 'atp_create', review),
          () => call('pm-2', 'message_send', letter(atpId, 'HITLNotification', '@operator')),
          () => call('pm-1', 'atp_create', review),
        )(),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      const created = answers.filter(({ body }) => body.created !== undefined).map(({ body }) => body);
      expect(created.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(created.map(({ atp }) => atp.atpId)).size).toBe(1);
      const { atp, timeline } = await readWhole(service, atpId);
      expect(atp.obligations.map(({ state }: { state: string }) => state)).toEqual(['met', 'met']);
      expect(atp.followUpAtpId).toBe(created[0].atp.atpId);
      expect(timeline.filter(({ action }) => action === 'followUp')).toHaveLength(1);
      const first = timeline.find(({ action }) => action === 'message');
      expect(atp.obligations[0].metAt).toBe(first?.at);
    });
  });

  describe('given one turn', () => {
    it('when two fixes are closed in it at once, then one is and the other stays as it was, time and again', async () => {
      const { service, given, together } = racing();
      for (let round = 0; round < 5; round++) {
        const atpIds = [await given.verified(), await given.verified()];
        const turn = { 'x-turn-id': newId() };
        const answers = await together((place) => call('pm-1', 'atp_close', { atpId: atpIds[place] }, turn), 2);
        expect(tally(answers)).toEqual({ done: 1, MESSAGE_BOUNDARY: 1 });
        const ended = await Promise.all(atpIds.map(async (atpId) => (await readWhole(service, atpId)).atp.status));
        expect(ended.sort()).toEqual(['Closed', 'Complete']);
      }
    });

    it('when it closes one while it writes elsewhere, then each write comes before its end or is refused', async () => {
      const { service, given, together } = racing();
      const [closing, elsewhere] = [await given.verified(), await given.started()];
      const turn = { 'x-turn-id': newId() };
      const answers = await together((place) =>
        place === CALLERS / 2
          ? call('pm-1', 'atp_change_status', { atpId: closing, status: 'Closed' }, turn)
          : call('pm-1', 'message_send', letter(elsewhere, 'Directive', '@qa'), turn),
      );
      expect(answers[CALLERS / 2]?.status).toBe(200);
      const { done = 0, MESSAGE_BOUNDARY = 0 } = tally(answers);
      expect(done + MESSAGE_BOUNDARY).toBe(CALLERS);
      expect((await readWhole(service, elsewhere)).timeline).toHaveLength(done);
      const after = await call('pm-1', 'message_send', letter(elsewhere, 'Directive', '@qa'), turn);
      expect(after).toMatchObject({ status: 409, body: { code: 'MESSAGE_BOUNDARY' } });
    });
  });
};
