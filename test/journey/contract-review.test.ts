import { beforeAll, describe, expect, it } from 'vitest';
import { type Body, Given, newId, Service } from '../support/service.ts';

const items = [
  'root-cause',
  'permanent-fix',
  'test-coverage',
  'documentation',
  'process-improvement',
  'code-review',
  'full-verification',
];

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const updated = (atpId: string, answer: Body, who = 'dev-1') =>
  service.call(who, 'checklist_update', { atpId, ...answer });

describe('given a review in progress', () => {
  it('then its checklist has the seven items, all open, in the order of the contract', async () => {
    const { atp } = await service.done('qa-1', 'atp_get', { atpId: await given.review('InProgress') });
    expect(atp.checklist).toEqual(items.map((item) => ({ item, state: 'open' })));
  });

  it('when items are answered out of order, then next names the first that is still open, and a refused closure all', async () => {
    const atpId = await given.review('InProgress');
    for (const item of ['root-cause', 'test-coverage', 'code-review']) {
      await service.done('pm-1', 'checklist_update', { atpId, item, state: 'done', note: 'Looked at.' });
    }
    const { next } = await service.done('pm-1', 'atp_get', { atpId });
    expect(next.filter(({ tool }: Body) => tool === 'checklist_update').map(({ input }: Body) => input.item)).toEqual([
      'permanent-fix',
      'permanent-fix',
    ]);
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Complete' });
    const refused = await service.call('pm-1', 'atp_close', { atpId });
    expect(refused.body.code).toBe('CHECKLIST_OPEN');
    expect(refused.body.detail).toContain('permanent-fix, documentation, process-improvement, full-verification');
  });

  it.each([
    ['done with a note', { state: 'done', note: 'The pool was too small.' }],
    ['not-applicable with a note', { state: 'not-applicable', note: 'Nothing to document.' }],
  ])('when an item is marked %s, then it is answered so', async (_, answer) => {
    const atpId = await given.review('InProgress');
    const { body } = await updated(atpId, { item: 'root-cause', ...answer });
    expect(body.atp.checklist[0]).toEqual({ item: 'root-cause', ...answer });
  });

  it('when an item is marked done with a linked ATP, then that ATP must exist', async () => {
    const atpId = await given.review('InProgress');
    const linkedAtpId = await given.started();
    const { body } = await updated(atpId, { item: 'permanent-fix', state: 'done', linkedAtpId });
    expect(body.atp.checklist[1]).toEqual({ item: 'permanent-fix', state: 'done', linkedAtpId });
    const unknown = await updated(atpId, { item: 'permanent-fix', state: 'done', linkedAtpId: newId() });
    expect(unknown.body.code).toBe('NOT_FOUND');
  });

  it('when an answered item is opened again, then nothing of the answer is left', async () => {
    const atpId = await given.review('InProgress', true);
    const { body } = await updated(atpId, { item: 'root-cause', state: 'open' });
    expect(body.atp.checklist[0]).toEqual({ item: 'root-cause', state: 'open' });
  });

  it.each([
    ['done without a note or a linked ATP', { item: 'root-cause', state: 'done' }, 'note'],
    ['not-applicable without a note', { item: 'root-cause', state: 'not-applicable' }, 'note'],
    [
      'not-applicable with a linked ATP alone',
      { item: 'root-cause', state: 'not-applicable', linkedAtpId: 'A' },
      'note',
    ],
    ['an item it does not have', { item: 'blame', state: 'done', note: 'Somebody.' }, 'item'],
    ['a state there is not', { item: 'root-cause', state: 'skipped', note: 'No time.' }, 'state'],
  ])('when an item is marked %s, then that is a fault of the input', async (_, answer, path) => {
    const { body } = await updated(await given.review('InProgress'), answer);
    expect(body.code).toBe('INVALID_INPUT');
    expect(body.issues.map((issue: Body) => issue.path)).toContain(path);
  });

  it('when it is completed with open items and sent back, then they can be answered and it closes, owing nothing', async () => {
    const atpId = await given.review('Complete');
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress', notes: 'Nothing is answered.' });
    await given.answers(atpId);
    await service.done('dev-2', 'atp_set', { atpId, status: 'Complete' });
    const closed = await service.done('pm-1', 'atp_close', { atpId, summary: 'The pool is larger now.' });
    expect(closed).toMatchObject({ endOfMessage: true, atp: { status: 'Closed', summary: 'The pool is larger now.' } });
    expect(closed.atp).not.toHaveProperty('obligations');
    expect(closed).not.toHaveProperty('message');
    expect(closed).not.toHaveProperty('followUp');
  });
});

describe('given work to be queued', () => {
  it.each(['dev-1', 'operator-1', 'sre-1', 'qa-1'])(
    'when %s would queue it, then they are told who may',
    async (who) => {
      const { body } = await service.call(who, 'atp_create', { title: 'Review', type: 'review' });
      expect(body.code).toBe('ROLE_NOT_PERMITTED');
      expect(body.next).toEqual([expect.objectContaining({ tool: 'atp_create', role: '@pm' })]);
    },
  );
});

describe('given a closed hotfix that owes its review', () => {
  const reviewOf = async (input: Body) =>
    service.done('pm-1', 'atp_create', { type: 'review', title: 'Review', ...input });
  const obligation = async (atpId: string) => {
    const { atp } = await service.done('pm-1', 'atp_get', { atpId });
    return { followUp: atp.obligations.find(({ kind }: Body) => kind === 'followUp'), reviewId: atp.followUpAtpId };
  };

  it('when a review names it as its source, then the obligation is met by it', async () => {
    const sourceAtpId = await given.owing();
    const { atp, created } = await reviewOf({ sourceAtpId });
    expect(created).toBe(true);
    expect(atp).toMatchObject({
      type: 'review',
      status: 'Queued',
      stage: 'backlog',
      priority: 'P2-Normal',
      sourceAtpId,
    });
    const { followUp, reviewId } = await obligation(sourceAtpId);
    expect(reviewId).toBe(atp.atpId);
    expect(followUp).toMatchObject({ state: 'met', metBy: { role: '@pm', name: 'pm-1' } });
  });

  it('when a second review is asked for, then the first is answered and nothing is created', async () => {
    const { atpId: sourceAtpId, reviewId } = await given.closed();
    const wanted = newId();
    const second = await reviewOf({ sourceAtpId, atpId: wanted, title: 'Another' });
    expect(second).toMatchObject({ created: false, atp: { atpId: reviewId } });
    expect(await service.items(wanted)).toEqual([]);
    expect(await reviewOf({ notes: `Follow-up from hotfix ${sourceAtpId}` })).toMatchObject({ created: false });
  });

  it('when two ask at once, then one review is created', async () => {
    const sourceAtpId = await given.owing();
    const answers = await Promise.all([1, 2, 3, 4].map(() => reviewOf({ sourceAtpId })));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ atp }) => atp.atpId)).size).toBe(1);
  });

  it.each([
    ['from hotfix <id>', (id: string) => `Follow-up from hotfix ${id}`],
    ['from emergency <id>', (id: string) => `Follow-up from emergency ${id}`],
    ['from <id>', (id: string) => `What we learned from ${id}`],
    ['in other letter case', (id: string) => `FROM HOTFIX ${id}`],
    ['with a full stop', (id: string) => `Follow-up from hotfix ${id}.`],
    ['with a comma and more text', (id: string) => `Follow-up from hotfix ${id}, which was bad.`],
    ['in parentheses', (id: string) => `Follow-up (from hotfix ${id}).`],
    ['with an ellipsis', (id: string) => `Follow-up from hotfix ${id}...`],
    ['over a line break', (id: string) => `Follow-up from hotfix\n${id}\nand so on`],
    ['after an id that is none', (id: string) => `Learned from experience, and from hotfix ${id}`],
  ])('when notes say "%s", then the review is of that source', async (_, notes) => {
    const source = await given.owing();
    const { atp } = await reviewOf({ notes: notes(source) });
    expect(atp.sourceAtpId).toBe(source);
    expect((await obligation(source)).followUp.state).toBe('met');
  });

  it.each([
    ['an id that nothing has', async () => newId()],
    ['a hotfix that is open', () => given.completed()],
    ['a rejected hotfix', () => given.rejected()],
    ['a closed review', () => given.review('Closed')],
  ])('when notes name %s, then it is ignored: a review without a source', async (_, other) => {
    const { atp, created } = await reviewOf({ notes: `Follow-up from hotfix ${await other()}` });
    expect(created).toBe(true);
    expect(atp).not.toHaveProperty('sourceAtpId');
  });

  it('when the source of a hotfix or an emergency is named, then it is still no review: it cannot be queued', async () => {
    const { atpId: reviewed } = await given.closed();
    for (const sourceAtpId of [reviewed, await given.owing()]) {
      for (const type of ['hotfix', 'emergency']) {
        const { body } = await service.call('pm-1', 'atp_create', { type, title: 'Again', sourceAtpId });
        expect(body.code, type).toBe('INVALID_TRANSITION');
      }
    }
  });

  it('when the review is created, then it is due 48 hours later and carries the drill of its source', async () => {
    const atpId = newId();
    await service.done('pm-1', 'atp_set', { atpId, status: 'InProgress', drill: true });
    const messageId = await given.directive(atpId);
    await service.done('dev-1', 'message_ack', { messageId });
    await service.done('dev-1', 'handoff', { atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
    await service.done('pm-1', 'artifact_create', { atpId, ...report });
    const { followUp, message } = await service.done('pm-1', 'atp_close', { atpId });
    expect(Date.parse(followUp.dueAt) - Date.parse(followUp.createdAt)).toBe(48 * 3_600_000);
    expect(followUp.drill).toBe(true);
    expect(message.drill).toBe(true);
  });
});
