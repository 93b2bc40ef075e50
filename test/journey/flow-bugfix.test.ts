import { beforeAll, describe, expect, it } from 'vitest';
import { Given, newId, Service } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const close = (atpId: string) => service.call('pm-1', 'atp_close', { atpId });
const test = (atpId: string, more: object) =>
  service.call('qa-1', 'artifact_create', {
    atpId,
    artifactType: 'QATestReport',
    title: 'Tested',
    content: 'Ok.',
    ...more,
  });

describe('given a bugfix that is handed off', () => {
  it('when it is closed without a test report, then it is refused; with one that passes, it closes and owes nothing', async () => {
    const atpId = await given.work('bugfix', 'Complete');
    expect((await close(atpId)).body.code).toBe('REPORT_MISSING');
    await given.tested(atpId);
    const { atp, endOfMessage } = (await close(atpId)).body;
    expect(atp.qaVerdict).toMatchObject({ verdict: 'pass', regressionTest: 'test/totals.test.ts' });
    expect([atp.status, endOfMessage, atp.obligations]).toEqual(['Closed', true, undefined]);
  });

  it('when a report names no regression test, then it is refused, and nothing is lost', async () => {
    const atpId = await given.work('bugfix', 'Complete');
    for (const content of ['All green.', 'Regression test:', '## Regression test\n\n## Rest\nAll green.']) {
      const { body } = await test(atpId, { content });
      expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'regressionTest' }] });
    }
  });

  it.each([
    ['Regression test: totals.test.ts', 'totals.test.ts'],
    ['All green.\n\n- **Regression Tests**: `totals`', '`totals`'],
    ['### 2. Regression test\n\n- totals of every currency', 'totals of every currency'],
  ])('when the report says %j, then that names it', async (content, regressionTest) => {
    const atpId = await given.work('bugfix', 'Complete');
    expect((await test(atpId, { content })).body.artifact).toMatchObject({ verdict: 'pass', regressionTest });
  });

  it('when @qa finds a small thing, then it goes back to its owner, who is told, and needs a fresh handoff and test', async () => {
    const atpId = await given.work('bugfix', 'Complete');
    const { atp, message } = (await test(atpId, { verdict: 'minor-fix' })).body;
    expect(atp).toMatchObject({ status: 'InProgress', owner: { name: 'dev-1' } });
    expect(message).toMatchObject({ fromAgent: '@qa', toAgent: '@dev', messageType: 'Rejection' });
    await service.done('dev-1', 'atp_change_status', { atpId, status: 'Complete' });
    expect((await close(atpId)).body.code).toBe('HANDOFF_MISSING');
    await service.done('dev-1', 'handoff', { atpId, completed: ['Rounded up'], evidence: ['Tests pass'] });
    expect((await close(atpId)).body.code).toBe('REPORT_MISSING');
    await given.tested(atpId);
    expect((await close(atpId)).status).toBe(200);
    await readWhole(service, atpId);
  });

  it('when @qa escalates, then @pm is told and cannot close it, but may send it back', async () => {
    const atpId = await given.work('bugfix', 'Complete');
    const { atp, message } = (await test(atpId, { verdict: 'escalate' })).body;
    expect(atp.status).toBe('Complete');
    expect(message).toMatchObject({ fromAgent: '@qa', toAgent: '@pm', messageType: 'Blocker' });
    expect((await close(atpId)).body.code).toBe('GATE_FAILED');
    const back = { atpId, status: 'InProgress', notes: 'The rule itself is wrong.' };
    expect((await service.done('pm-1', 'atp_change_status', back)).atp.qaVerdict).toBeUndefined();
  });

  it.each(['pm-1', 'dev-1', 'sre-1', 'operator-1'])(
    'when %s would give the verdict, then it is refused',
    async (who) => {
      const atpId = await given.work('bugfix', 'Complete');
      const report = { atpId, artifactType: 'QATestReport', title: 'Tested', content: 'Regression test: x' };
      expect((await service.call(who, 'artifact_create', report)).body.code).toBe('ROLE_NOT_PERMITTED');
    },
  );

  it('when a verdict is none of its flow, then it is refused by name', async () => {
    const atpId = await given.work('bugfix', 'Complete');
    for (const [artifactType, verdict] of [
      ['QATestReport', 'approved'],
      ['Other', 'approved'],
      ['IncidentReport', 'pass'],
    ])
      expect((await test(atpId, { artifactType, verdict })).body).toMatchObject({
        code: 'INVALID_INPUT',
        issues: [{ path: 'verdict' }],
      });
  });
});

describe('given a bugfix in progress', () => {
  it('when nobody was directed, then whoever completes it owns it, and no other', async () => {
    const atpId = newId();
    await service.done('pm-1', 'atp_create', { atpId, type: 'bugfix', title: 'Rounding' });
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
    const { atp } = await service.done('dev-2', 'atp_change_status', { atpId, status: 'Complete' });
    expect(atp.owner).toMatchObject({ name: 'dev-2' });
    const handoff = { atpId, completed: ['Rounded'], evidence: ['Tests pass'] };
    expect((await service.call('dev-1', 'handoff', handoff)).body.code).toBe('NOT_OWNER');
  });

  it('when its owner blocks it, then notes say why, and only they go on', async () => {
    const atpId = await given.work('bugfix', 'InProgress');
    const to = (who: string, status: string, notes?: string) =>
      service.call(who, 'atp_change_status', { atpId, status, ...(notes && { notes }) });
    expect((await to('dev-1', 'Blocked')).body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'notes' }] });
    expect((await to('dev-2', 'Blocked', 'Waits.')).body.code).toBe('NOT_OWNER');
    expect((await to('dev-1', 'Blocked', 'Waits for the data.')).body.atp).toMatchObject({
      status: 'Blocked',
      stage: 'hitl',
    });
    expect((await to('dev-1', 'Complete')).body.code).toBe('INVALID_TRANSITION');
    expect((await to('dev-1', 'InProgress')).body.atp.status).toBe('InProgress');
  });

  it('when another ATP it depends on is open, then it cannot be closed before that', async () => {
    const awaited = await given.started();
    const atpId = await given.work('bugfix', 'Complete', { dependencies: [awaited] });
    await given.tested(atpId);
    expect((await close(atpId)).body.code).toBe('DEPENDENCY_OPEN');
    await service.done('pm-1', 'atp_change_status', { atpId: awaited, status: 'Rejected', notes: 'A false alarm.' });
    expect((await close(atpId)).status).toBe(200);
  });
});
