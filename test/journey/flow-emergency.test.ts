import { beforeAll, describe, expect, it } from 'vitest';
import { fireTimer, timerOf } from '../support/firing.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const notices = (messages: Body[]) =>
  messages
    .filter(({ messageType, fromAgent }) => messageType === 'HITLNotification' && fromAgent === '@system')
    .map(({ body }) => body.split('\n')[0].replace(/^\S+ /, ''));

describe('given an emergency', () => {
  it('when it goes from its start to its closure, then the operator is told of every transition', async () => {
    const atpId = await given.emergency('Deployed');
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
    await service.done('pm-1', 'artifact_create', { atpId, ...report });
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Closed' });
    const { atp, messages } = await readWhole(service, atpId);
    expect(notices(messages)).toEqual([
      'was started: emergency, InProgress, by @pm (pm-1).',
      'was taken: the directive is acknowledged, by @dev (dev-1).',
      'went from InProgress to Complete, by @dev (dev-1).',
      'went from Complete to Deployed, by @sre (sre-1).',
      'went from Deployed to Closed, by @pm (pm-1).',
    ]);
    expect(atp.gates).toEqual({ bleedingStopped: true, rollbackPossible: true, blastRadiusVerified: true });
    expect(atp.obligations).toMatchObject([{ state: 'open' }, { state: 'open' }]);
  });

  it('when it is closed by atp_close, then the notification of that is the one in the words of @pm', async () => {
    const { messages, atp } = await readWhole(service, await given.emergency('Closed'));
    const last = messages.filter(({ messageType }) => messageType === 'HITLNotification').at(-1);
    expect(last).toMatchObject({ fromAgent: '@pm' });
    const review = (await service.done('pm-1', 'atp_get', { atpId: atp.followUpAtpId })).atp;
    expect(review.checklist.map(({ item }: Body) => item)).toEqual([
      'timeline',
      'root-cause',
      'impact',
      'resolution',
      'prevention',
      'action-items',
    ]);
    expect(Date.parse(review.dueAt) - Date.parse(review.createdAt)).toBe(24 * 3_600_000);
  });

  it('when its postmortem is asked for an item of other reviews, then that is refused by name', async () => {
    const { atp } = await service.done('pm-1', 'atp_get', { atpId: await given.emergency('Closed') });
    const atpId = atp.followUpAtpId;
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    const answer = { atpId, item: 'code-review', state: 'not-applicable', note: 'No.' };
    expect((await service.call('dev-1', 'checklist_update', answer)).body).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'item' }],
    });
    await given.answers(atpId);
  });

  it('when a handoff has another priority than P0, then it is refused; left out, it is P0', async () => {
    const atpId = await given.emergency();
    await given.directive(atpId);
    const { messages } = await service.done('dev-1', 'message_list', { atpId, open: true });
    await service.done('dev-1', 'message_ack', { messageId: messages[0].messageId });
    const handoff = { atpId, completed: ['Failed over'], evidence: ['Probes pass'] };
    const refused = await service.call('dev-1', 'handoff', { ...handoff, priority: 'P1-High' });
    expect(refused.body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'priority' }] });
    expect((await service.done('dev-1', 'handoff', handoff)).message.priority).toBe('P0-Critical');
  });

  it('when it stands still once deployed, then the operator is told that as well', async () => {
    const atpId = await given.emergency('Deployed');
    expect(await fireTimer(service.table, await timerOf(service, atpId, 'verification'))).toBe('acted');
    const { messages } = await readWhole(service, atpId);
    expect(messages.at(-1)).toMatchObject({
      messageType: 'Escalation',
      subject: expect.stringMatching(/^Deployed for /),
    });
  });
});

describe('given an open emergency that directed @dev', () => {
  it('when others are directed, then they wait, and stand behind it, until it is closed', async () => {
    const before = await given.directed();
    const atpId = await given.emergency();
    await given.directive(atpId);
    const after = await given.directed();
    const inbox = async () => (await service.done('dev-1', 'message_list', { open: true, limit: 100 })).messages;

    const open = await inbox();
    const own = open.findIndex((each: Body) => each.atpId === atpId);
    expect(own).toBeLessThan(open.findIndex(({ messageId }: Body) => messageId === before.messageId));
    expect(open[own].waitsFor).toBeUndefined();
    for (const waiting of [before.messageId, after.messageId])
      expect(open.find(({ messageId }: Body) => messageId === waiting).waitsFor).toContain(atpId);
    const letter = { atpId: before.atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Anew', body: 'Fix it.' };
    expect((await service.done('pm-1', 'message_send', letter)).message.waitsFor).toContain(atpId);
    const toQa = (await service.done('pm-1', 'message_send', { ...letter, toAgent: '@qa' })).message;
    expect(toQa.waitsFor).toBeUndefined();
    const told = await service.done('pm-1', 'atp_get', { atpId: after.atpId });
    expect(told.messages[0].waitsFor).toContain(atpId);

    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    for (const { waitsFor = [] } of await inbox()) expect(waitsFor).not.toContain(atpId);
  });
});

describe('given a running hotfix', () => {
  it('when @pm raises it, then history and owner stay, the operator is told, and gates and deadlines are others', async () => {
    const atpId = await given.verified();
    const { atp, message } = await service.done('pm-1', 'atp_set', { atpId, type: 'emergency', notes: 'All regions.' });
    expect(atp).toMatchObject({
      type: 'emergency',
      status: 'Complete',
      owner: { name: 'dev-1' },
      priority: 'P0-Critical',
    });
    expect(message).toMatchObject({ fromAgent: '@system', toAgent: '@operator', messageType: 'HITLNotification' });
    expect(message.body).toContain('All regions.');
    await service.done('sre-1', 'atp_change_status', { atpId, status: 'Deployed' });
    expect((await service.call('pm-1', 'atp_close', { atpId })).body.code).toBe('REPORT_MISSING');
    const report = { atpId, artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
    const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
    expect((await service.call('pm-1', 'artifact_create', { ...report, gates })).body.code).toBe('INVALID_INPUT');
    await service.done('pm-1', 'artifact_create', report);
    const { followUp } = await service.done('pm-1', 'atp_close', { atpId });
    expect(Date.parse(followUp.dueAt) - Date.parse(followUp.createdAt)).toBe(24 * 3_600_000);
    await readWhole(service, atpId);
  });

  it('when it was directed and not taken yet, then its directive goes to the head of the inbox', async () => {
    const earlier = await given.directed();
    const { atpId, messageId } = await given.directed();
    await service.done('pm-1', 'atp_set', { atpId, type: 'emergency' });
    const { messages } = await service.done('dev-1', 'message_list', { open: true, limit: 100 });
    const place = (id: string) => messages.findIndex((each: Body) => each.messageId === id);
    expect(place(messageId)).toBeLessThan(place(earlier.messageId));
    await service.done('dev-1', 'message_ack', { messageId });
  });

  it('when it is raised again, or by another role, or another flow is raised, then nothing changes', async () => {
    const atpId = await given.started();
    expect((await service.call('dev-1', 'atp_set', { atpId, type: 'emergency' })).body.code).toBe('ROLE_NOT_PERMITTED');
    await service.done('pm-1', 'atp_set', { atpId, type: 'emergency' });
    const before = await service.items(atpId);
    expect((await service.call('pm-1', 'atp_set', { atpId, type: 'emergency' })).status).toBe(200);
    expect((await service.call('pm-1', 'atp_set', { atpId, type: 'hotfix' })).body.code).toBe('INVALID_TRANSITION');
    expect(await service.items(atpId)).toEqual(before);
    const bugfix = await given.work('bugfix', 'InProgress');
    expect((await service.call('pm-1', 'atp_set', { atpId: bugfix, type: 'emergency' })).body.code).toBe(
      'INVALID_TRANSITION',
    );
  });
});

it('given a drill, when it runs to its review, then every record of it says so', async () => {
  const atpId = await given.emergency('Closed', { drill: true });
  const { atp, messages, timeline, artifacts } = await readWhole(service, atpId);
  for (const each of [atp, ...messages, ...timeline, ...artifacts]) expect(each).toMatchObject({ drill: true });
  const review = await readWhole(service, atp.followUpAtpId);
  for (const each of [review.atp, ...review.timeline]) expect(each).toMatchObject({ drill: true });
});

it('given an incident that is none, when it is started, then the refusal queues it in one step', async () => {
  const atpId = newId();
  const incident = { category: 'can-wait', summary: 'The footer says 2025.' };
  const { body } = await service.call('pm-1', 'atp_set', { atpId, status: 'InProgress', incident });
  expect(body.code).toBe('NOT_A_HOTFIX');
  const [{ tool, role, input }] = body.next;
  expect([tool, role]).toEqual(['atp_create', '@pm']);
  const { atp } = await service.done('pm-1', tool, input);
  expect(atp).toMatchObject({ atpId, type: 'bugfix', status: 'Queued', title: 'The footer says 2025.' });
});
