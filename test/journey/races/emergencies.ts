import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../lib/flow/dependencies.ts';
import { keys } from '../../../lib/store/keys.ts';
import { makers } from '../../support/makers.ts';
import { letter } from '../../support/overtaken.ts';
import type { Answer } from '../../support/service.ts';
import { readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, tally } from './racing.ts';

/** What is raised, directed, deployed and closed by many at once, and the one item that names open emergencies. */
export const describeEmergencies = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);
  const raise = (atpId: string) => call('pm-1', 'atp_set', { atpId, type: 'emergency' });
  /** The roles that the emergency is said to direct; undefined where it is not named. */
  const named = async (atpId: string): Promise<unknown> => {
    const { client, name: TableName } = racing().service.table;
    const { Item } = await client.send(new GetCommand({ TableName, Key: keys.emergencies, ConsistentRead: true }));
    return Item?.[entryOf(atpId)];
  };
  const actions = async (atpId: string) =>
    (await readWhole(racing().service, atpId)).timeline.map(({ action }) => action);

  describe('given a hotfix that is owned', () => {
    it('when it is raised while its owner completes it, then each happens once, in either order', async () => {
      const { service, given, together } = racing();
      const atpId = await given.acknowledged();
      const answers = await together((place) =>
        byTurns(
          place,
          () => raise(atpId),
          () => call('dev-1', 'atp_set', { atpId, status: 'Complete' }),
        )(),
      );
      // raised already is as it should be
      expect(tally(answers)).toEqual({ done: CALLERS / 2 + 1, INVALID_TRANSITION: CALLERS / 2 - 1 });
      const { atp, timeline } = await readWhole(service, atpId);
      expect(atp).toMatchObject({ type: 'emergency', status: 'Complete' });
      for (const step of ['raise', 'complete']) {
        expect(timeline.filter(({ action }) => action === step)).toHaveLength(1);
      }
      expect(await named(atpId)).toEqual(['@dev']);
    });
  });

  describe('given a hotfix whose directive waits', () => {
    it('when it is raised while many acknowledge the directive, then one owns it and nothing waits any more', async () => {
      const { service, given, devs, together } = racing();
      const { atpId, messageId } = await given.directed();
      const answers = await together((place) =>
        place % 5 === 2 ? raise(atpId) : call(devs[place] ?? '', 'message_ack', { messageId }),
      );
      expect(tally(answers)).toEqual({ done: CALLERS / 5 + 1, ALREADY_ACKNOWLEDGED: (CALLERS * 4) / 5 - 1 });
      const { atp, timeline } = await readWhole(service, atpId);
      expect(atp.type).toBe('emergency');
      expect(timeline.filter(({ action }) => action === 'raise')).toHaveLength(1);
      expect(timeline.filter(({ action }) => action === 'acknowledge')).toHaveLength(1);
      const directive = (await service.items(atpId)).find((item) => item.messageId === messageId && item.urgency);
      expect(directive).toMatchObject({ acknowledgedBy: atp.owner, urgency: expect.stringMatching(/^1#/) });
      expect(await named(atpId)).toEqual(['@dev']);
    });

    it('when it is raised while a newer directive is sent, then the newest alone waits, before all else', async () => {
      const { service, given, together } = racing();
      const { atpId } = await given.directed();
      const answers = await together((place) =>
        byTurns(
          place,
          () => raise(atpId),
          () => call('pm-2', 'message_send', letter(atpId, 'Directive', '@dev')),
        )(),
      );
      expect(tally(answers)).toEqual({ done: CALLERS });
      await readWhole(service, atpId);
      const items = await service.items(atpId);
      const atp = items.find(({ sk }) => sk === 'ATP') as unknown as { directives: Record<string, unknown> };
      const waiting = items.filter(({ urgency }) => String(urgency).startsWith('0#'));
      expect(waiting).toHaveLength(1);
      expect(waiting[0]).toMatchObject({ urgency: expect.stringMatching(/^0#00#/) });
      expect(atp.directives['@dev']).toMatchObject({ messageId: waiting[0]?.messageId, open: true });
    });
  });

  describe('given emergencies that direct nobody yet', () => {
    it('when two are directed by many at once, then both are named until both are closed', async () => {
      const { given, together } = racing();
      const atpIds = [await given.emergency(), await given.emergency()];
      const at = (place: number) => atpIds[place % 2] ?? '';
      const direct = (place: number) =>
        call('pm-1', 'message_send', letter(at(place), 'EmergencyDirective', place % 4 < 2 ? '@dev' : '@sre'));
      expect(tally(await together(direct))).toEqual({ done: CALLERS });
      for (const atpId of atpIds) expect(await named(atpId)).toEqual(['@dev', '@sre']);
      const reject = (place: number) =>
        call('pm-2', 'atp_set', { atpId: at(place), status: 'Rejected', notes: 'A false alarm.' });
      expect(tally(await together(reject))).toEqual({ done: 2, ATP_CLOSED: CALLERS - 2 });
      for (const atpId of atpIds) expect(await named(atpId)).toBeUndefined();
    });

    it(`when ${CALLERS} are directed at once, then each is named, and none after all were ended at once`, async () => {
      const { given, together } = racing();
      const atpIds = await Promise.all(Array.from({ length: CALLERS }, () => given.emergency()));
      const at = (place: number) => atpIds[place] ?? '';
      const direct = (place: number) => call('pm-1', 'message_send', letter(at(place), 'EmergencyDirective', '@dev'));
      expect(tally(await together(direct))).toEqual({ done: CALLERS });
      for (const atpId of atpIds) expect(await named(atpId)).toEqual(['@dev']);
      const reject = (place: number) =>
        call('pm-1', 'atp_set', { atpId: at(place), status: 'Rejected', notes: 'A false alarm.' });
      expect(tally(await together(reject))).toEqual({ done: CALLERS });
      for (const atpId of atpIds) expect(await named(atpId)).toBeUndefined();
    });
  });

  describe('given emergencies whose fix is complete', () => {
    it('when two @sre deploy one many times at once, then it is deployed once and the operator is told once', async () => {
      const { service, given, together } = racing();
      const atpId = await given.emergency('Complete');
      const { messages: earlier } = await readWhole(service, atpId);
      const answers = await together((place) =>
        call(byTurns(place, 'sre-1', 'sre-2'), byTurns(place, 'atp_set', 'atp_set', 'atp_change_status'), {
          atpId,
          status: 'Deployed',
        }),
      );
      expect(tally(answers)).toEqual({ done: 1, INVALID_TRANSITION: CALLERS - 1 });
      expect((await actions(atpId)).filter((action) => action === 'deploy')).toHaveLength(1);
      expect((await readWhole(service, atpId)).messages).toHaveLength(earlier.length + 1);
    });

    it('when two that are verified are closed by many at once, then each is closed once and none is named', async () => {
      const { service, given, together } = racing();
      const atpIds = [
        await makers['emergency verified'](given, service),
        await makers['emergency verified'](given, service),
      ];
      for (const atpId of atpIds) expect(await named(atpId)).toEqual(['@dev']);
      const answers = await together((place) => call('pm-1', 'atp_close', { atpId: atpIds[place % 2] }));
      expect(tally(answers)).toEqual({ done: 2, ATP_CLOSED: CALLERS - 2 });
      for (const atpId of atpIds) {
        expect((await actions(atpId)).filter((action) => action === 'close')).toHaveLength(1);
        expect(await named(atpId)).toBeUndefined();
      }
    });
  });
};
