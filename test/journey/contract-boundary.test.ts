import { beforeAll, describe, expect, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const newTurn = () => ({ 'x-turn-id': newId() });
const code = async (who: string, tool: ToolName, body: Body, headers = {}): Promise<string> =>
  (await service.call(who, tool, body, headers)).body.code ?? 'accepted';

const letter = (atpId: string, messageType: string, toAgent: string) => ({
  atpId,
  messageType,
  toAgent,
  subject: 'On the fix',
  body: 'What there is to say.',
});
const notice = (atpId: string) => letter(atpId, 'HITLNotification', '@operator');
const review = (sourceAtpId: string) => ({ type: 'review', title: 'Review', sourceAtpId });

/** A turn of `pm-1` that has closed an ATP. */
const endedTurn = async (by: 'atp_change_status' | 'atp_set' | 'atp_close' = 'atp_change_status') => {
  const [turn, atpId] = [newTurn(), await given.verified()];
  await service.done('pm-1', by, { atpId, ...(by !== 'atp_close' && { status: 'Closed' }) }, turn);
  return { turn, atpId };
};

describe('given a turn that closed an ATP', () => {
  /** A call of each writing tool that would be accepted in another turn. */
  const writes: [ToolName, () => Promise<Body>][] = [
    ['atp_set', async () => ({ atpId: newId(), status: 'InProgress' })],
    ['atp_create', async () => ({ type: 'review', title: 'Another' })],
    ['atp_change_status', async () => ({ atpId: await given.review('Queued'), status: 'InProgress' })],
    ['atp_close', async () => ({ atpId: await given.verified() })],
    ['message_send', async () => letter(await given.started(), 'Directive', '@dev')],
    [
      'artifact_create',
      async () => ({ atpId: await given.started(), artifactType: 'Other', title: 'T', content: 'C' }),
    ],
    [
      'checklist_update',
      async () => ({ atpId: await given.review('InProgress'), item: 'root-cause', state: 'done', note: 'Known.' }),
    ],
    [
      'message_ack',
      async () => {
        const update = letter(await given.started(), 'Update', '@pm');
        return { messageId: (await service.done('qa-1', 'message_send', update)).message.messageId };
      },
    ],
  ];

  it.each(writes)('when %s would write to another ATP, then the turn is over for it', async (tool, input) => {
    const { turn, atpId } = await endedTurn();
    const body = await input();
    const refused = await service.call('pm-1', tool, body, turn);
    expect(refused.body.code).toBe('MESSAGE_BOUNDARY');
    expect(refused.body.detail).toContain(atpId);
    expect(await code('pm-1', tool, body, newTurn())).toBe('accepted');
  });

  it('when a @dev closes nothing and hands off in a turn of the same name, then it is another turn', async () => {
    const { turn } = await endedTurn();
    const handoff = { atpId: await given.acknowledged(), completed: ['Done'], evidence: ['Seen'] };
    expect(await code('dev-1', 'handoff', handoff, turn)).toBe('accepted');
    expect(await code('pm-2', 'atp_set', { atpId: newId(), status: 'InProgress' }, turn)).toBe('accepted');
  });

  it('when it reads, then it may', async () => {
    const { turn, atpId } = await endedTurn();
    for (const [tool, body] of [
      ['atp_get', { atpId }],
      ['atp_list', {}],
      ['message_list', {}],
      ['flow_get', { type: 'hotfix' }],
    ] as const)
      expect(await code('pm-1', tool, body, turn), tool).toBe('accepted');
  });

  it.each(['atp_change_status', 'atp_set'] as const)(
    'when it meets what its closure by %s owes, then it may, once each',
    async (by) => {
      const { turn, atpId } = await endedTurn(by);
      expect(await code('pm-1', 'message_send', notice(atpId), turn)).toBe('accepted');
      expect(await code('pm-1', 'message_send', notice(atpId), turn)).toBe('MESSAGE_BOUNDARY');
      expect(await code('pm-1', 'atp_create', review(atpId), turn)).toBe('accepted');
      expect(await code('pm-1', 'message_send', letter(atpId, 'Escalation', '@operator'), turn)).toBe(
        'MESSAGE_BOUNDARY',
      );
    },
  );

  it('when the review names its source in notes, then that meets the obligation as well', async () => {
    const { turn, atpId } = await endedTurn();
    const body = { type: 'review', title: 'Review', notes: `Follow-up from hotfix ${atpId}` };
    expect((await service.done('pm-1', 'atp_create', body, turn)).atp.sourceAtpId).toBe(atpId);
  });

  it('when it would meet what another closed ATP owes, then it may not', async () => {
    const other = await given.owing();
    const { turn, atpId } = await endedTurn();
    expect(await code('pm-1', 'message_send', notice(other), turn)).toBe('MESSAGE_BOUNDARY');
    expect(await code('pm-1', 'atp_create', review(other), turn)).toBe('MESSAGE_BOUNDARY');
    const both = { type: 'review', title: 'Review', notes: `Follow-up from hotfix ${other} and from hotfix ${atpId}` };
    expect(await code('pm-1', 'atp_create', both, turn)).toBe('MESSAGE_BOUNDARY');
  });

  it('when atp_close has met both, then nothing is left that it may', async () => {
    const { turn, atpId } = await endedTurn('atp_close');
    expect(await code('pm-1', 'message_send', notice(atpId), turn)).toBe('MESSAGE_BOUNDARY');
  });

  it('when it goes on without naming a turn, or in another, then it may', async () => {
    await endedTurn();
    expect(await code('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress' })).toBe('accepted');
    expect(await code('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress' }, newTurn())).toBe('accepted');
  });

  it('when the closure is repeated with its Idempotency-Key, then it is answered again', async () => {
    const [turn, atpId] = [newTurn(), await given.verified()];
    const headers = { ...turn, 'idempotency-key': newId() };
    const first = await service.done('pm-1', 'atp_close', { atpId }, headers);
    const again = await service.call('pm-1', 'atp_close', { atpId }, headers);
    expect(again.body).toEqual(first);
    expect(await code('pm-1', 'atp_close', { atpId }, turn)).toBe('MESSAGE_BOUNDARY');
  });
});

describe('given a turn that ended otherwise', () => {
  it('when it rejected an ATP, then nothing more is written in it', async () => {
    const [turn, atpId] = [newTurn(), await given.started()];
    await service.done('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'False alarm.' }, turn);
    expect(await code('pm-1', 'message_send', notice(atpId), turn)).toBe('MESSAGE_BOUNDARY');
    expect(await code('pm-1', 'atp_set', { atpId: newId(), status: 'InProgress' }, turn)).toBe('MESSAGE_BOUNDARY');
  });

  it('when it closed a review, then nothing more is written in it', async () => {
    const [turn, atpId] = [newTurn(), await given.review('Complete', true)];
    await service.done('pm-1', 'atp_close', { atpId }, turn);
    expect(await code('pm-1', 'atp_create', { type: 'review', title: 'Next' }, turn)).toBe('MESSAGE_BOUNDARY');
  });

  it('when its closure was refused, then it goes on', async () => {
    const [turn, atpId] = [newTurn(), await given.completed()];
    expect(await code('pm-1', 'atp_close', { atpId }, turn)).toBe('REPORT_MISSING');
    const report = { atpId, artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
    expect(await code('pm-1', 'artifact_create', report, turn)).toBe('accepted');
    expect(await code('pm-1', 'atp_close', { atpId }, turn)).toBe('accepted');
  });

  it('when closures of two ATPs are in flight together, then one of them is made', async () => {
    const [turn, one, other] = [newTurn(), await given.verified(), await given.verified()];
    const codes = await Promise.all([one, other].map((atpId) => code('pm-1', 'atp_close', { atpId }, turn)));
    expect(codes.toSorted()).toEqual(['MESSAGE_BOUNDARY', 'accepted']);
  });

  it('when a closure and writes to other ATPs are in flight together, then each write is made or refused, and none follows', async () => {
    const [turn, atpId] = [newTurn(), await given.verified()];
    const start = (other: string) => code('pm-1', 'atp_set', { atpId: other, status: 'InProgress' }, turn);
    const others = Array.from({ length: 6 }, newId);
    const [closed, ...started] = await Promise.all([code('pm-1', 'atp_close', { atpId }, turn), ...others.map(start)]);
    expect(closed).toBe('accepted');
    for (const [position, other] of others.entries()) {
      const written = (await service.items(other)).length > 0;
      expect(started[position]).toBe(written ? 'accepted' : 'MESSAGE_BOUNDARY');
    }
    expect(await start(newId())).toBe('MESSAGE_BOUNDARY');
  });
});
