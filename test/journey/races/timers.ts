import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { fireTimer, timerOf } from '../../support/firing.ts';
import { letter } from '../../support/overtaken.ts';
import type { Answer } from '../../support/service.ts';
import { readWhole } from '../../support/timeline.ts';
import { byTurns, CALLERS, type Racing, sorted, tally } from './racing.ts';

type Outcome = Answer | 'acted' | 'nothing';
type Line = { action: string; messageId?: string };

/** Timers that fire many at once, and beside what they wait for. */
export const describeTimers = (racing: () => Racing): void => {
  const call = (...args: Parameters<Racing['service']['call']>): Promise<Answer> => racing().service.call(...args);
  const timer = async (atpId: string, deadline: string) => {
    const { service } = racing();
    const due = await timerOf(service, atpId, deadline);
    return () => fireTimer(service.table, due);
  };
  /** All reviews of an ATP that the table holds, also those that it does not name. */
  const reviewsOf = async (atpId: string): Promise<unknown[]> => {
    const { client, name } = racing().service.table;
    const all: unknown[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName: name,
          ConsistentRead: true,
          FilterExpression: 'sourceAtpId = :atpId',
          ExpressionAttributeValues: { ':atpId': atpId },
          ExclusiveStartKey: start,
        }),
      );
      all.push(...Items.map((item) => item.atpId));
      start = LastEvaluatedKey;
    } while (start);
    return all;
  };
  const states = (atp: { obligations: { state: string }[] }) => atp.obligations.map(({ state }) => state);

  describe('given a closed hotfix whose obligations are past their deadline', () => {
    it(`when their timer fires ${CALLERS} times at once, then one notification and one review are made`, async () => {
      const { service, given, together } = racing();
      const atpId = await given.owing();
      const fires = await timer(atpId, 'obligations');
      expect(sorted(await together<Outcome>(fires)).acted).toBe(1);
      const { atp, messages, timeline } = await readWhole(service, atpId);
      expect(states(atp)).toEqual(['met', 'met']);
      expect(await reviewsOf(atpId)).toEqual([atp.followUpAtpId]);
      expect(messages.filter(({ messageType }) => messageType === 'HITLNotification')).toHaveLength(1);
      expect(timeline.filter(({ action }) => action === 'meetObligations')).toHaveLength(1);
    });

    it('when two principals meet them while it fires many times, then each is met once and one review exists', async () => {
      const { service, given, together } = racing();
      const atpId = await given.owing();
      const fires = await timer(atpId, 'obligations');
      const outcomes = await together<Outcome>((place) =>
        byTurns<() => Promise<Outcome>>(
          place,
          () => call('pm-1', 'message_send', letter(atpId, 'HITLNotification', '@operator')),
          fires,
          () => call('pm-2', 'atp_create', { title: 'Review', type: 'review', sourceAtpId: atpId }),
          fires,
        )(),
      );
      const { acted, answers } = sorted(outcomes);
      expect(tally(answers)).toEqual({ done: CALLERS / 2 });
      expect(acted).toBeLessThanOrEqual(1);
      const { atp, messages, timeline } = await readWhole(service, atpId);
      expect(states(atp)).toEqual(['met', 'met']);
      expect(await reviewsOf(atpId)).toEqual([atp.followUpAtpId]);
      const told = timeline.find(({ messageId }: Line) =>
        messages.some((each) => each.messageId === messageId && each.messageType === 'HITLNotification'),
      );
      expect(atp.obligations[0].metAt).toBe(told?.at);
      expect(messages.filter(({ fromAgent }) => fromAgent === '@system')).toHaveLength(acted);
      expect(answers.filter(({ body }) => body.created).length).toBe(atp.obligations[1].metBy.role === '@pm' ? 1 : 0);
      expect(await fires()).toBe('nothing');
    });

    it('when each is met by one call at the same time, then the timer that fires after them does nothing', async () => {
      const { service, given, together } = racing();
      for (let round = 0; round < 5; round++) {
        const atpId = await given.owing();
        const fires = await timer(atpId, 'obligations');
        const met = [
          () => call('pm-1', 'message_send', letter(atpId, 'HITLNotification', '@operator')),
          () => call('pm-2', 'atp_create', { title: 'Review', type: 'review', sourceAtpId: atpId }),
        ];
        const answers = await together((place) => met[place]?.() ?? expect.fail('two calls'), met.length);
        expect(tally(answers)).toEqual({ done: 2 });
        expect(sorted(await together<Outcome>(fires)).acted).toBe(0);
        const { atp } = await readWhole(service, atpId);
        expect(states(atp)).toEqual(['met', 'met']);
      }
    });
  });

  describe('given a P0 directive that nobody acknowledges', () => {
    it(`when its timer fires ${CALLERS} times at once, then one Escalation is sent and the next is set`, async () => {
      const { service, given, together } = racing();
      const { atpId } = await given.directed();
      const fires = await timer(atpId, 'acknowledgement@dev');
      expect(sorted(await together<Outcome>(fires)).acted).toBe(1);
      const { messages, timeline } = await readWhole(service, atpId);
      expect(messages.filter(({ messageType }) => messageType === 'Escalation')).toHaveLength(1);
      expect(timeline.map(({ action }) => action)).toEqual(['start', 'direct', 'escalate']);
      const second = await timer(atpId, 'acknowledgement@dev');
      expect(sorted(await together<Outcome>(second)).acted).toBe(1);
      expect((await readWhole(service, atpId)).timeline).toHaveLength(4);
    });

    it('when many acknowledge it while it fires, then one owns the fix and nothing is escalated after that', async () => {
      const { service, given, devs, together } = racing();
      const { atpId, messageId } = await given.directed();
      const fires = await timer(atpId, 'acknowledgement@dev');
      const outcomes = await together<Outcome>((place) =>
        byTurns<() => Promise<Outcome>>(place, fires, () => call(devs[place] ?? '', 'message_ack', { messageId }))(),
      );
      const { acted, answers } = sorted(outcomes);
      expect(tally(answers)).toEqual({ done: 1, ALREADY_ACKNOWLEDGED: CALLERS / 2 - 1 });
      const { timeline, atp } = await readWhole(service, atpId);
      const escalated = acted === 1 ? ['escalate'] : [];
      expect(timeline.map(({ action }) => action).sort()).toEqual(['acknowledge', 'direct', ...escalated, 'start']);
      const at = (step: string) => timeline.find(({ action }) => action === step)?.at ?? '';
      expect(at('escalate') <= at('acknowledge')).toBe(true);
      expect(atp.owner).toEqual(answers.find(({ status }) => status === 200)?.body.atp.owner);
      expect(await fires()).toBe('nothing');
    });
  });

  describe('given a fix whose owner is silent', () => {
    it('when they give signs of life while its timer fires, then it is escalated once at most and runs anew', async () => {
      const { service, given, together } = racing();
      const atpId = await given.acknowledged();
      const fires = await timer(atpId, 'fix');
      const outcomes = await together<Outcome>((place) =>
        byTurns<() => Promise<Outcome>>(place, fires, () =>
          call('dev-1', 'message_send', letter(atpId, 'Update', '@pm')),
        )(),
      );
      const { acted, answers } = sorted(outcomes);
      expect(tally(answers)).toEqual({ done: CALLERS / 2 });
      const { timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ action }) => action === 'escalate')).toHaveLength(acted);
      expect(acted).toBeLessThanOrEqual(1);
      expect(await fires()).toBe('nothing');
      expect(await (await timer(atpId, 'fix'))()).toBe('acted');
    });
  });
};
