import { beforeAll, describe, expect, it } from 'vitest';
import { fireTimer, timerOf } from '../support/firing.ts';
import { type Body, Given, Service } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const fireObligations = async (atpId: string) => fireTimer(service.table, await timerOf(service, atpId, 'obligations'));
const notify = (atpId: string) =>
  service.call('pm-1', 'message_send', {
    atpId,
    toAgent: '@operator',
    messageType: 'HITLNotification',
    subject: 'Closed',
    body: 'Rolled back.',
  });
const review = (atpId: string) =>
  service.call('pm-1', 'atp_create', { type: 'review', title: 'Review', notes: `Follow-up from hotfix ${atpId}` });
const ofType = (messages: Body[], type: string) => messages.filter(({ messageType }) => messageType === type);

describe('given a hotfix that was closed by its status and owes', () => {
  it('when the deadline passes, then the service notifies and queues the review, and says that it had to', async () => {
    const atpId = await given.owing();
    expect(await fireObligations(atpId)).toBe('acted');
    const { atp, messages, timeline } = await readWhole(service, atpId);
    const system = { role: '@system', name: 'system' };
    expect(atp.obligations).toMatchObject([
      { kind: 'hitlNotification', state: 'met', metBy: system },
      { kind: 'followUp', state: 'met', metBy: system },
    ]);
    expect(atp.deadlines).toBeUndefined();
    const [notification, ...others] = ofType(messages, 'HITLNotification');
    expect(others).toEqual([]);
    expect(notification).toMatchObject({ fromAgent: '@system', toAgent: '@operator' });
    expect(notification.body).toContain('was not done in time, so the service did it');
    expect(notification.body).toContain(atp.followUpAtpId);
    expect(timeline.at(-1)).toMatchObject({ action: 'meetObligations', role: '@system' });
    const found = await service.done('pm-1', 'atp_get', { atpId: atp.followUpAtpId });
    expect(found.atp).toMatchObject({ type: 'review', status: 'Queued', sourceAtpId: atpId, createdBy: system });
    expect(found.timeline).toMatchObject([{ action: 'create', role: '@system' }]);
  });

  it('when only the review is missing, then that is made, and told by an escalation: there is one notification', async () => {
    const atpId = await given.owing();
    await notify(atpId);
    expect(await fireObligations(atpId)).toBe('acted');
    const { atp, messages } = await readWhole(service, atpId);
    expect(ofType(messages, 'HITLNotification')).toHaveLength(1);
    expect(ofType(messages, 'Escalation')).toMatchObject([{ fromAgent: '@system' }]);
    expect(atp.obligations.map(({ metBy }: Body) => metBy.role)).toEqual(['@pm', '@system']);
  });

  it('when only the notification is missing, then that is made, and names the review there is', async () => {
    const atpId = await given.owing();
    const { atp: made } = (await review(atpId)).body;
    expect(await fireObligations(atpId)).toBe('acted');
    const { atp, messages } = await readWhole(service, atpId);
    expect(atp.followUpAtpId).toBe(made.atpId);
    expect(ofType(messages, 'HITLNotification').map(({ body }) => body)).toEqual([
      expect.stringContaining(`${made.atpId} is queued`),
    ]);
  });

  it('when both were met in time, then the timer does nothing', async () => {
    const atpId = await given.owing();
    const timer = await timerOf(service, atpId, 'obligations');
    await Promise.all([notify(atpId), review(atpId)]);
    expect(await fireTimer(service.table, timer)).toBe('nothing');
  });

  it("when @pm's own calls come after the service's, then they are answered with what there is", async () => {
    const atpId = await given.owing();
    await fireObligations(atpId);
    const late = [await notify(atpId), await review(atpId)];
    expect(late.map(({ status, body }) => [status, body.created])).toEqual([
      [200, false],
      [200, false],
    ]);
    const { atp, messages } = await readWhole(service, atpId);
    expect(late[0]?.body.message).toMatchObject({ messageId: messages.at(-1).messageId, fromAgent: '@system' });
    expect(late[1]?.body.atp.atpId).toBe(atp.followUpAtpId);
    expect(ofType(messages, 'HITLNotification')).toHaveLength(1);
  });

  it("when @pm's late calls come in the turn that closed it, then they are answered as well", async () => {
    const atpId = await given.verified();
    const turn = { 'x-turn-id': `turn-${atpId}` };
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' }, turn);
    await fireObligations(atpId);
    const letter = { atpId, toAgent: '@operator', messageType: 'HITLNotification', subject: 'Closed', body: 'Done.' };
    expect((await service.call('pm-1', 'message_send', letter, turn)).body.created).toBe(false);
  });
});
