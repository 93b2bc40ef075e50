import { describe, expect, it } from 'vitest';
import { letter } from '../../support/overtaken.ts';
import type { Answer } from '../../support/service.ts';
import { read, readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, tally } from './racing.ts';

/** Messages, artifacts, dependencies and checklists, each written by many at once. */
export const describeRecords = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);

  describe('given an ATP in progress', () => {
    it('when many send it a message of their own at once, then every message arrives and is told once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const answers = await together((place) =>
        call(byTurns(place, 'qa-1', 'sre-1'), 'message_send', {
          ...letter(atpId, 'Update', '@pm'),
          subject: `Update ${place}`,
        }),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      const { messages, timeline } = await readWhole(service, atpId);
      expect(new Set(messages.map(({ subject }) => subject)).size).toBe(CALLERS);
      expect(timeline).toHaveLength(CALLERS + 1);
    });

    it('when many directives are sent at once, then each is told, and the newest alone waits', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const answers = await together(() => call('pm-1', 'message_send', letter(atpId, 'Directive', '@dev')));
      expect(tally(answers)).toEqual({ done: CALLERS });
      const { messages } = await readWhole(service, atpId);
      const waiting = messages.filter(({ supersededAt }) => supersededAt === undefined);
      expect(waiting).toHaveLength(1);
      const last = messages.reduce((newest, each) => (each.sentAt > newest.sentAt ? each : newest));
      expect(waiting[0].messageId).toBe(last.messageId);
      expect(await call('dev-1', 'message_ack', { messageId: last.messageId })).toMatchObject({ status: 200 });
    });

    it('when many write artifacts at once, then each is kept and told once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.started();
      const log = { atpId, artifactType: 'Other', content: 'x' };
      const answers = await together((place) => call('sre-1', 'artifact_create', { ...log, title: `Log ${place}` }));
      expect(tally(answers)).toEqual({ done: CALLERS });
      expect((await readWhole(service, atpId)).artifacts).toHaveLength(CALLERS);
    });
  });

  describe('given a fix that almost as many ATPs wait for as can', () => {
    it('when many more are created to wait for it at once, then no more than can, and closing it releases them all', async () => {
      const { service, given, together } = racing();
      const atpId = await given.verified();
      const wait = () => call('pm-1', 'atp_create', { title: 'Later', type: 'review', dependencies: [atpId] });
      for (let waiting = 0; waiting < 35; waiting++) await wait();
      const answers = await together(wait);
      expect(tally(answers)).toEqual({ done: 5, INVALID_INPUT: CALLERS - 5 });
      await service.done('pm-1', 'atp_close', { atpId });
      const waited = answers.find(({ status }) => status === 200)?.body.atp.atpId;
      expect((await read(service, waited)).timeline.map(({ action }) => action)).toEqual(['create', 'release']);
      expect(await wait()).toMatchObject({ status: 200 });
    });
  });

  describe('given a review in progress', () => {
    it('when its items are answered at once, some of them twice, then no answer is lost', async () => {
      const { service, given, together } = racing();
      const atpId = await given.review('InProgress');
      const items = (await read(service, atpId)).atp.checklist.map(({ item }: { item: string }) => item);
      const answers = await together((place) =>
        call(byTurns(place, 'dev-1', 'pm-1'), 'checklist_update', {
          atpId,
          item: items[place % items.length],
          state: 'done',
          note: `By ${place}`,
        }),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      const { atp, timeline } = await readWhole(service, atpId);
      expect(atp.checklist.map(({ state }: { state: string }) => state)).toEqual(items.map(() => 'done'));
      expect(timeline.filter(({ action }) => action === 'answer')).toHaveLength(CALLERS);
    });

    it('when it is closed while an item is opened again, then it is never closed with an open item', async () => {
      const { service, given, together } = racing();
      const atpId = await given.review('InProgress', true);
      await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('pm-1', 'atp_close', { atpId }),
          () => call('pm-2', 'atp_set', { atpId, status: 'InProgress', notes: 'One is missing.' }),
          () => call('dev-1', 'checklist_update', { atpId, item: 'root-cause', state: 'open' }),
        )(),
      );
      const { atp } = await readWhole(service, atpId);
      const open = atp.checklist.filter(({ state }: { state: string }) => state === 'open');
      if (atp.status === 'Closed') expect(open).toEqual([]);
      expect(tally(answers).done).toBeGreaterThanOrEqual(1);
    });
  });
};
