import { beforeAll, describe, expect, it } from 'vitest';
import { Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const complete = (settings: object = {}) => given.work('standard', 'Complete', { ...settings });
const close = (atpId: string) => service.call('pm-1', 'atp_close', { atpId });
const review = (who: string, atpId: string, verdict: string) =>
  service.call(who, 'artifact_create', {
    atpId,
    artifactType: 'Other',
    title: 'Read it',
    content: 'Line by line.',
    verdict,
  });

describe('given standard work that is complete', () => {
  it.each([
    ['always', 'REPORT_MISSING'],
    ['pm-decision', 'REPORT_MISSING'],
    ['never', undefined],
  ])('with qa %s, when it is closed without a test, then the answer is %s', async (qa, code) => {
    expect((await close(await complete({ qa }))).body.code).toBe(code);
  });

  it.each(['always', 'pm-decision'])('with qa %s, when the test passes, then it closes', async (qa) => {
    const atpId = await complete({ qa });
    await given.tested(atpId);
    expect((await close(atpId)).body.atp.status).toBe('Closed');
  });

  it('when @pm decides against a test that was left to them, then it closes; a decision stays', async () => {
    const atpId = await complete();
    const { next } = await service.done('pm-1', 'atp_get', { atpId });
    expect(next).toContainEqual(expect.objectContaining({ tool: 'atp_set', input: { atpId, qa: 'never' } }));
    expect((await service.done('pm-1', 'atp_set', { atpId, qa: 'never' })).atp.qa).toBe('never');
    expect((await service.call('pm-1', 'atp_set', { atpId, qa: 'always' })).body.code).toBe('INVALID_TRANSITION');
    expect((await close(atpId)).status).toBe(200);
  });

  it('when a code review is asked for, then another than its owner gives it, and changes send it back', async () => {
    const atpId = await complete({ qa: 'never', codeReview: true });
    expect((await close(atpId)).body.code).toBe('REPORT_MISSING');
    expect((await review('dev-1', atpId, 'approved')).body.code).toBe('ROLE_NOT_PERMITTED');
    expect((await review('dev-2', atpId, 'changes-requested')).body.atp.status).toBe('InProgress');
    await service.done('dev-1', 'handoff', { atpId, completed: ['Renamed it'], evidence: ['Tests pass'] });
    const { atp } = (await review('dev-2', atpId, 'approved')).body;
    expect(atp.codeReviewVerdict).toMatchObject({ verdict: 'approved' });
    expect((await close(atpId)).body.atp.status).toBe('Closed');
  });
});

it.each(['Queued', 'InProgress', 'Blocked'] as const)(
  'given standard work that is %s, when @pm defers it, then it waits, and comes back into the queue',
  async (status) => {
    const atpId = await given.work('standard', status);
    const to = async (next: string) =>
      (await service.done('pm-1', 'atp_change_status', { atpId, status: next })).atp.status;
    expect([await to('Deferred'), await to('Queued')]).toEqual(['Deferred', 'Queued']);
  },
);

it.each(['bugfix', 'review'])(
  'given a %s, which has no settings, when it is created with one, then that is refused',
  async (type) => {
    const input = { atpId: newId(), type, title: 'Look', qa: 'never', codeReview: true };
    const { body } = await service.call('pm-1', 'atp_create', input);
    expect([body.code, body.issues.map(({ path }: { path: string }) => path)]).toEqual([
      'INVALID_INPUT',
      ['qa', 'codeReview'],
    ]);
  },
);
