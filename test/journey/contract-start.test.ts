import { beforeAll, describe, expect, it } from 'vitest';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const start = (more: Body = {}, who = 'pm-1') =>
  service.call(who, 'atp_set', { atpId: newId(), status: 'InProgress', ...more });
const started = async (more: Body = {}): Promise<Body> => (await start(more)).body.atp;

describe('given an id that nothing has, when @pm starts a hotfix', () => {
  it('then it is InProgress at once, of the highest priority, and told in the timeline', async () => {
    const atpId = newId();
    const { atp, created } = (await start({ atpId, notes: 'HOTFIX: Production incident' })).body;
    expect(created).toBe(true);
    expect(atp).toMatchObject({
      atpId,
      type: 'hotfix',
      status: 'InProgress',
      stage: 'implement',
      priority: 'P0-Critical',
      notes: 'HOTFIX: Production incident',
      createdBy: { role: '@pm', name: 'pm-1' },
    });
    for (const absent of ['owner', 'evidence', 'acknowledgedAt', 'completedAt', 'closedAt', 'gates', 'obligations'])
      expect(atp).not.toHaveProperty(absent);
    const { timeline } = await service.done('sre-1', 'atp_get', { atpId });
    expect(timeline).toEqual([expect.objectContaining({ role: '@pm', principal: 'pm-1', to: 'InProgress' })]);
    expect(timeline[0]).not.toHaveProperty('from');
    for (const instant of [atp.createdAt, atp.updatedAt, timeline[0].at]) expect(instant).toMatch(INSTANT);
  });

  it('then what it is given is kept', async () => {
    const incident = {
      environment: 'Production',
      category: 'customer-impact',
      summary: 'Half of the shoppers see an error.\nSince noon.',
      reporter: 'Ana',
      url: 'https://status.example.com/1',
    };
    const more = { title: 'Checkout', notes: 'Look at the pool.', stage: 'plan', priority: 'P1-High', drill: true };
    const kept = { ...more, incident, evidence: ['https://example.com/graph'] };
    const { body } = await start({ ...kept, type: 'hotfix' });
    expect(body.atp).toMatchObject(kept);
    expect((await service.done('qa-1', 'atp_get', { atpId: body.atp.atpId })).atp).toEqual(body.atp);
  });

  it.each([
    ['the title', { title: 'Given', incident: { summary: 'S' }, notes: 'N' }, 'Given'],
    ['the summary of its incident', { incident: { summary: 'Shop is down' }, notes: 'N' }, 'Shop is down'],
    ['the first line of its notes', { notes: 'Shop is down\nsince noon' }, 'Shop is down'],
  ])('then it is titled by %s', async (_, more, title) => {
    expect((await started(more)).title).toBe(title);
  });

  it('then without any of these it is titled by its id, and a long title is cut to 200 characters', async () => {
    const atpId = newId();
    expect((await started({ atpId })).title).toBe(atpId);
    const { title } = await started({ notes: '🔥'.repeat(300) });
    expect([...title].length).toBeLessThanOrEqual(200);
    expect(title.isWellFormed()).toBe(true);
  });

  it.each(['dev-1', 'operator-1', 'sre-1', 'qa-1'])('%s may not, and is told who may', async (who) => {
    const { status, body } = await start({}, who);
    expect([status, body.code]).toEqual([403, 'ROLE_NOT_PERMITTED']);
    expect(body.next).toEqual([expect.objectContaining({ tool: 'atp_set', role: '@pm' })]);
  });

  it.each([undefined, 'Queued', 'Blocked', 'Complete', 'Deployed', 'Rejected', 'Closed', 'Deferred'])(
    'with the status %s, then the flow has no such step',
    async (status) => {
      const { body } = await start({ status });
      expect(body.code).toBe('INVALID_TRANSITION');
      expect(body.next).toEqual([expect.objectContaining({ tool: 'atp_set', role: '@pm' })]);
    },
  );

  it('when two start it at once, then one has started it and the other is told that it exists', async () => {
    const atpId = newId();
    const answers = await Promise.all([start({ atpId }), start({ atpId }, 'pm-2')]);
    expect(answers.map(({ body }) => body.code ?? 'accepted').toSorted()).toEqual(['ALREADY_EXISTS', 'accepted']);
  });
});

describe('given an incident, when a hotfix is started for it', () => {
  it.each(['production-down', 'production-degraded', 'customer-impact', 'active-exploit', 'data-integrity'])(
    'then %s qualifies',
    async (category) => {
      expect((await start({ incident: { category } })).status).toBe(200);
    },
  );

  it.each(['production', 'Production', 'PRODUCTION', 'prod', 'PROD'])(
    'then the environment %s qualifies',
    async (environment) => {
      expect((await start({ incident: { environment } })).status).toBe(200);
    },
  );

  it.each([
    [{ category: 'can-wait' }, 'bugfix'],
    [{ category: 'non-production' }, 'bugfix'],
    [{ category: 'feature-request' }, 'standard'],
    [{ category: 'nice-to-have' }, 'standard'],
    [{ environment: 'staging' }, 'bugfix'],
    [{ environment: 'pre-production' }, 'bugfix'],
    [{ environment: 'preprod', category: 'production-down' }, 'bugfix'],
  ])('then %j does not, and the flow that fits is named', async (incident, flow) => {
    const atpId = newId();
    const { status, body } = await start({ atpId, incident });
    expect([status, body.code]).toEqual([422, 'NOT_A_HOTFIX']);
    expect(body.detail).toContain(flow);
    expect(await service.items(atpId)).toEqual([]);
  });
});

describe('given a hotfix that runs', () => {
  it('when @pm corrects title, notes, priority and incident, then these change and nothing else', async () => {
    const atpId = await given.acknowledged();
    const { atp: before } = await service.done('pm-1', 'atp_get', { atpId });
    const incident = { category: 'data-integrity', summary: 'Orders are lost.' };
    const correction = { title: 'Orders are lost', notes: 'Not the pool.', priority: 'P1-High', incident };
    const { atp } = await service.done('pm-2', 'atp_set', { atpId, ...correction });
    expect(atp).toEqual({ ...before, ...correction, updatedAt: atp.updatedAt });
    expect(atp.updatedAt > before.updatedAt).toBe(true);
    const { timeline } = await service.done('pm-1', 'atp_get', { atpId });
    expect(timeline.at(-1)).toMatchObject({ principal: 'pm-2' });
    expect(timeline.at(-1)).not.toHaveProperty('to');
  });

  it('when a correction describes what is no incident, then it is refused', async () => {
    const { body } = await service.call('pm-1', 'atp_set', {
      atpId: await given.started(),
      incident: { category: 'nice-to-have' },
    });
    expect(body.code).toBe('NOT_A_HOTFIX');
  });

  it('when its kind would change, then it stays what it was started as', async () => {
    const atpId = await given.started();
    for (const more of [{ drill: true }, { type: 'review' }])
      expect((await service.call('pm-1', 'atp_set', { atpId, ...more })).body.code).toBe('INVALID_TRANSITION');
  });

  it('when @dev completes it by atp_set, then notes stand in the timeline and evidence on the ATP', async () => {
    const atpId = await given.acknowledged();
    const more = { notes: 'It was the pool.', evidence: ['Graph', 'Log'] };
    const { atp } = await service.done('dev-1', 'atp_set', { atpId, status: 'Complete', agent: '@DEV', ...more });
    expect(atp).toMatchObject({ status: 'Complete', stage: 'review', evidence: more.evidence });
    expect(atp).not.toHaveProperty('notes');
    const { timeline } = await service.done('pm-1', 'atp_get', { atpId });
    expect(timeline.at(-1)).toMatchObject({ from: 'InProgress', to: 'Complete', notes: 'It was the pool.' });
  });
});

describe('given a stage', () => {
  it('when it stands beside a status, then it is kept; left out, it follows the status', async () => {
    const atpId = await given.acknowledged();
    const set = (who: string, body: Body) => service.done(who, 'atp_change_status', { atpId, ...body });
    expect((await set('dev-1', { status: 'Complete', stage: 'test' })).atp.stage).toBe('test');
    expect((await set('pm-1', { status: 'InProgress', notes: 'No.' })).atp.stage).toBe('implement');
    expect((await set('pm-1', { status: 'Rejected', notes: 'No.', stage: 'plan' })).atp.stage).toBe('done');
  });

  it('when the ATP is closed, then it is done whatever was asked', async () => {
    const atpId = await given.verified();
    const closed = await service.done('pm-1', 'atp_set', { atpId, status: 'Closed', stage: 'hitl' });
    expect(closed.atp.stage).toBe('done');
  });
});

describe('given an id of the caller’s', () => {
  it.each(['A', '0', 'at-1.2_3', `A${'x'.repeat(63)}`, 'constructor', 'toString', 'A..', 'prototype'])(
    'when it is %s, then it is taken, and compared exactly',
    async (atpId) => {
      expect((await start({ atpId })).body.atp.atpId).toBe(atpId);
      const other = atpId === atpId.toLowerCase() ? atpId.toUpperCase() : atpId.toLowerCase();
      const found = await service.call('pm-1', 'atp_get', { atpId: other });
      expect(found.status).toBe(other === atpId ? 200 : 404);
    },
  );

  it.each(['', '-a', '.a', '_a', 'a b', 'a/b', 'a#b', 'ä', 'a\n', ' a', `A${'x'.repeat(64)}`, '__proto__', '🔥'])(
    'when it is %j, then it is refused',
    async (atpId) => {
      expect((await start({ atpId })).body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'atpId' }] });
    },
  );

  it('when a creation names none, then the service makes one', async () => {
    const { atp } = await service.done('pm-1', 'atp_create', { title: 'Review', type: 'review' });
    expect(atp.atpId).toMatch(/^AT-[A-Za-z0-9._-]{1,61}$/);
  });

  it('when ATPs of odd ids depend on one another, then they are released as any other', async () => {
    const [one, two] = ['__a-constructor', 'hasOwnProperty'].map((name) => `${newId()}${name}`.slice(0, 64));
    await start({ atpId: two });
    const dependent = { atpId: one, type: 'review', title: 'R', dependencies: [two, 'constructor'] };
    expect((await service.done('pm-1', 'atp_create', dependent)).atp.dependencies).toEqual([two, 'constructor']);
  });
});
