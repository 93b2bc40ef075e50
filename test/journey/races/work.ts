import { describe, expect, it } from 'vitest';
import type { Answer } from '../../support/service.ts';
import { readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, tally } from './racing.ts';

/** Work that is tested, decided on and closed by many at once. */
export const describeWork = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);
  const report = (atpId: string, verdict: string) => ({
    atpId,
    artifactType: 'QATestReport',
    title: 'Tested',
    content: 'Regression test: test/totals.test.ts',
    verdict,
  });

  describe('given a bugfix that is complete', () => {
    it('when two @qa pass it and send it back at once, then it goes back once, with no verdict left', async () => {
      const { service, given, together } = racing();
      const atpId = await given.work('bugfix', 'Complete');
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('qa-1', 'artifact_create', report(atpId, 'pass')),
          () => call('qa-2', 'artifact_create', report(atpId, 'minor-fix')),
        )(),
      );
      const { done = 0, INVALID_TRANSITION = 0 } = tally(answers);
      expect(done + INVALID_TRANSITION).toBe(CALLERS);
      const { atp, timeline, artifacts, messages } = await readWhole(service, atpId);
      expect(atp.status).toBe('InProgress');
      expect((await service.items(atpId)).find(({ sk }) => sk === 'ATP')).not.toHaveProperty('qaVerdict');
      expect(artifacts).toHaveLength(done);
      expect(timeline.filter(({ action }) => action === 'test-found-minor')).toHaveLength(1);
      expect(messages.filter(({ messageType }) => messageType === 'Rejection')).toHaveLength(1);
    });

    it('when two @qa say otherwise of it at once, then the newest report is the one that counts', async () => {
      const { service, given, together } = racing();
      const atpId = await given.work('bugfix', 'Complete');
      const answers = await together((place) =>
        call(byTurns(place, 'qa-1', 'qa-2'), 'artifact_create', report(atpId, byTurns(place, 'pass', 'escalate'))),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      const { timeline, artifacts } = await readWhole(service, atpId);
      expect(artifacts).toHaveLength(CALLERS);
      const atp = (await service.items(atpId)).find(({ sk }) => sk === 'ATP') as Record<string, unknown>;
      const { artifactId, verdict } = atp.qaVerdict as { artifactId: string; verdict: string };
      const counts = timeline.find((line) => line.artifactId === artifactId);
      expect(
        timeline.filter(({ at }) => at > (counts?.at ?? '')),
        'nothing came after it',
      ).toEqual([]);
      expect(artifacts.find((each) => each.artifactId === artifactId)).toMatchObject({ verdict });
    });

    it('when it is closed while a test sends it back, then one of both happens, once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.work('bugfix', 'Complete');
      await given.tested(atpId);
      const answers = await together((place) =>
        byTurns(
          place,
          () => call('pm-1', 'atp_close', { atpId }),
          () => call('qa-1', 'artifact_create', report(atpId, 'minor-fix')),
        )(),
      );
      expect(tally(answers).done).toBe(1);
      const { timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ from, to }) => from === 'Complete' && to !== 'Complete')).toHaveLength(1);
    });
  });

  describe('given a standard ATP whose testing is left to @pm', () => {
    it('when two principals decide otherwise at once, then the first decides, and both learn what holds', async () => {
      const { service, given, together } = racing();
      const atpId = await given.work('standard');
      const answers = await together((place) =>
        call(byTurns(place, 'pm-1', 'pm-2'), 'atp_set', { atpId, qa: byTurns(place, 'never', 'always') }),
      );
      // decided already as asked is as it should be
      expect(tally(answers)).toEqual({ done: CALLERS / 2, INVALID_TRANSITION: CALLERS / 2 });
      const { timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ action }) => action === 'decide')).toHaveLength(1);
    });
  });
};
