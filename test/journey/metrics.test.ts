import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import { openQueue } from '../../lib/timer/queue.ts';
import { workOff } from '../../lib/timer/work-off.ts';
import { Gate } from '../support/gate.ts';
import { Pages } from '../support/pages.ts';
import { Printed } from '../support/printed.ts';
import { Given, newId, Service, timeouts } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';

let service: Service;
let given: Given;
let pages: Pages;
let gate: Gate;
let printed: Printed;

beforeAll(async () => {
  service = await Service.start();
  gate = await Gate.before(inject('dynamodb'));
  process.env.AWS_ENDPOINT_URL_DYNAMODB = gate.endpoint;
  given = new Given(service);
  pages = await Pages.start(service, temporary());
  printed = new Printed();
});
afterEach(() => {
  gate.refuse = () => undefined;
  printed.forget();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([gate.close(), pages.stop()]);
});

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
const close = (atpId: string, headers = {}) => service.call('pm-1', 'atp_close', { atpId }, headers);

/** What the timer would do, were every deadline of the ATP past. */
const pass = async (atpId: string, deadline: string, times = 1): Promise<void> => {
  const { dueAt } = (await service.done('pm-1', 'atp_get', { atpId })).atp.deadlines.find(
    (each: { deadline: string }) => each.deadline === deadline,
  );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(dueAt) + 7_000 });
  const records = Array.from({ length: times }, (_, n) => ({
    messageId: String(n),
    body: JSON.stringify({ atpId, deadline, dueAt }),
  }));
  const around = { table: service.table, queue: openQueue('http://none'), timeouts, webhooks: false };
  expect(await workOff(records, { ...around, plan: planDeadline }, 'request-1')).toEqual([]);
  vi.useRealTimers();
};

describe('given a hotfix', () => {
  test('when it runs from start to closure, then each step is told once, with its times, and the review it opens', async () => {
    const { atpId } = await given.closed();
    expect(printed.measured).toEqual([
      'Opened{type=hotfix}',
      'Acknowledged{type=hotfix}',
      'TimeToAcknowledge{type=hotfix}',
      'Completed{type=hotfix}',
      'Closed{type=hotfix}',
      'TimeToClose{type=hotfix}',
      'TimeToFix{type=hotfix}',
      'ObligationsMet{metBy=@pm}',
      'Opened{type=review}',
    ]);
    const { atp } = await service.done('pm-1', 'atp_get', { atpId });
    const secondsTo = (at: string) => (Date.parse(at) - Date.parse(atp.createdAt)) / 1_000;
    expect(printed.metrics).toEqual(
      expect.arrayContaining([
        ['TimeToAcknowledge{type=hotfix}', secondsTo(atp.acknowledgedAt)],
        ['TimeToFix{type=hotfix}', secondsTo(atp.completedAt)],
        ['TimeToClose{type=hotfix}', secondsTo(atp.closedAt)],
        ['ObligationsMet{metBy=@pm}', 2],
      ]),
    );
    const closed = printed.lines.find(({ msg }) => msg === 'Closed');
    expect(closed).toMatchObject({ atpId, principal: '@pm/pm-1', requestId: expect.any(String) });
  });

  test('when its fix is sent back, then each time is told once: to the first who took it, and to the completion which held', async () => {
    const atpId = await given.completed();
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress', notes: 'It came back.' });
    await given.directive(atpId).then((messageId) => service.done('dev-1', 'message_ack', { messageId }));
    await service.done('dev-1', 'handoff', { atpId, completed: ['Again'], evidence: ['Tests pass'] });
    await service.done('pm-1', 'artifact_create', { atpId, ...report });
    const { atp } = (await close(atpId)).body;
    const of = (name: string) => printed.metrics.filter(([metric]) => metric.startsWith(`${name}{`));
    expect([of('Acknowledged').length, of('TimeToAcknowledge').length, of('Completed').length]).toEqual([2, 1, 2]);
    const seconds = (Date.parse(atp.completedAt) - Date.parse(atp.createdAt)) / 1_000;
    expect(of('TimeToFix')).toEqual([['TimeToFix{type=hotfix}', seconds]]);
  });

  test('when its closing is repeated under one key, one by one and at once, then it is told once', async () => {
    const atpId = await given.verified();
    printed.forget();
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([close(atpId, headers), close(atpId, headers), close(atpId, headers)]);
    answers.push(await close(atpId, headers));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(printed.measured.filter((metric) => metric.startsWith('Closed'))).toHaveLength(1);
  });

  test('when two start it at once, then it is told once, and the one who lost is refused', async () => {
    const start = { atpId: newId(), status: 'InProgress' };
    await Promise.all(['pm-1', 'pm-2'].map((who) => service.call(who, 'atp_set', start)));
    expect(printed.measured.sort()).toEqual([
      'Opened{type=hotfix}',
      'Refused{code=ALREADY_EXISTS}',
      'Refused{tool=atp_set}',
    ]);
  });

  test('when it is a drill, then nothing of it is counted, its refusals among them', async () => {
    const drill = { atpId: newId(), status: 'InProgress', drill: true };
    await service.done('pm-1', 'atp_set', drill);
    await given.directive(drill.atpId).then((messageId) => service.done('dev-1', 'message_ack', { messageId }));
    expect((await close(drill.atpId)).body.code).toBe('INVALID_TRANSITION');
    await pass(drill.atpId, 'fix');
    expect(printed.measured).toEqual([]);
    expect(printed.lines.map(({ msg }) => msg)).toEqual(['refused', 'fired']);
  });

  test('when it is rejected, then that is no closure', async () => {
    await given.rejected();
    expect(printed.measured).toEqual(['Opened{type=hotfix}', 'Rejected{type=hotfix}']);
  });
});

describe('given a closed hotfix that owes both', () => {
  test('when @pm meets them, then each counts for @pm', async () => {
    const atpId = await given.owing();
    printed.forget();
    const letter = { toAgent: '@operator', messageType: 'HITLNotification', subject: 'Closed', body: 'It is over.' };
    await service.done('pm-1', 'message_send', { atpId, ...letter });
    await service.done('pm-1', 'atp_create', { title: 'Review', type: 'review', sourceAtpId: atpId });
    expect(printed.measured).toEqual(['ObligationsMet{metBy=@pm}', 'ObligationsMet{metBy=@pm}', 'Opened{type=review}']);
  });

  test('when the service has to, and its timer comes twice, then they count once, for the service', async () => {
    const atpId = await given.owing();
    printed.forget();
    await pass(atpId, 'obligations', 2);
    expect(printed.metrics).toEqual([
      ['ObligationsMet{metBy=@system}', 2],
      ['Opened{type=review}', 1],
      ['TimersFired{deadline=obligations}', 1],
      ['TimerLateness{}', 7_000],
    ]);
    expect(printed.lines[0]).toMatchObject({ requestId: 'request-1', atpId, principal: '@system/system' });
  });
});

describe('given a refusal', () => {
  test('when the flow refuses, then its line says who was refused what, and no word of the request', async () => {
    const atpId = await given.completed();
    printed.forget();
    const { body } = await close(atpId);
    expect(printed.lines).toEqual([
      {
        level: 'info',
        msg: 'refused',
        requestId: body.requestId,
        tool: 'atp_close',
        atpId,
        principal: '@pm/pm-1',
        code: 'REPORT_MISSING',
        Refused: 1,
        _aws: expect.anything(),
      },
    ]);
    expect(printed.measured).toEqual(['Refused{code=REPORT_MISSING}', 'Refused{tool=atp_close}']);
  });

  test('when nobody is known, or nothing is asked for, then the line has what there is', async () => {
    await service.call('no token', 'atp_get', { atpId: 'AT-1' });
    await service.call('dev-1', 'atp_get', 'no JSON');
    const told = printed.lines.map(({ code, principal, tool }) => ({ code, principal, tool }));
    expect(told).toEqual([
      { code: 'UNAUTHENTICATED', principal: undefined, tool: 'atp_get' },
      { code: 'INVALID_INPUT', principal: '@dev/dev-1', tool: 'atp_get' },
    ]);
  });

  test('when the table does not answer, then the line of the 5xx says whose call it was, and counts it', async () => {
    const atpId = await given.started();
    printed.forget();
    gate.refuse = ({ headers }) =>
      String(headers['x-amz-target']).endsWith('TransactWriteItems') ? 'hang up' : undefined;
    const letter = { atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Fix it', body: 'Now.' };
    expect((await service.call('pm-1', 'message_send', letter)).status).toBe(503);
    expect(printed.lines).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'UNAVAILABLE',
        tool: 'message_send',
        atpId,
        principal: '@pm/pm-1',
      }),
    ]);
    expect(printed.measured).toEqual(['Refused{code=UNAVAILABLE}', 'Refused{tool=message_send}']);
  });
});

describe('given pages', () => {
  test('when one opens a hotfix and is repeated, then both pages count, and the hotfix once', async () => {
    const integration = await pages.of('events');
    const key = randomUUID();
    await pages.send('events', integration, key);
    await pages.send('events', integration, key);
    expect(printed.measured).toEqual([
      'Opened{type=hotfix}',
      'PagesTaken{source=events}',
      'PagesTaken{effect=opened}',
      'PagesTaken{source=events}',
      'PagesTaken{effect=repeated}',
    ]);
  });

  test('when one delivery comes again, then it counts once', async () => {
    const integration = await pages.of('pagerduty');
    const page = JSON.stringify({ key: randomUUID() });
    const payload = (await import('../support/pages/senders.ts')).webhook('incident.triggered', page);
    await pages.page('pagerduty', integration, payload);
    await pages.page('pagerduty', integration, payload);
    expect(printed.measured.filter((metric) => metric.startsWith('PagesTaken{effect'))).toHaveLength(1);
    expect(printed.lines.filter(({ msg }) => msg === 'page opened')).toHaveLength(2);
  });

  test('when their source exercises, then they count nowhere', async () => {
    const integration = await pages.of('generic', { drill: true });
    await pages.send('generic', integration, randomUUID());
    expect(printed.lines.map(({ msg }) => msg)).toEqual(['page opened']);
    expect(printed.measured).toEqual([]);
  });

  test('when AWS brings what is no alarm, then it counts as ignored', async () => {
    await pages.invoke({ no: 'alarm' });
    expect(printed.measured).toEqual(['PagesTaken{source=cloudwatch}', 'PagesTaken{effect=ignored}']);
  });

  test("when one is refused in its source's own words, then it counts as any other refusal", async () => {
    await pages.knock('events', { body: '{"routing_key":"nobody"}' });
    await pages.knock('generic', { body: '{}' });
    expect(printed.measured).toEqual([
      'Refused{code=INVALID_INPUT}',
      'Refused{tool=pager-events}',
      'Refused{code=UNAUTHENTICATED}',
      'Refused{tool=pager-generic}',
    ]);
  });
});
