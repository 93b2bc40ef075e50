import { beforeAll, describe, expect, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

/** Every page of a listing. */
const pages = async (who: string, tool: ToolName, input: Body): Promise<Body[]> => {
  const found: Body[] = [];
  for (let cursor: string | undefined; ; cursor = found.at(-1).cursor) {
    found.push(await service.done(who, tool, { ...input, ...(cursor && { cursor }) }));
    if (!found.at(-1).cursor) return found;
    if (found.length > 500) throw new Error('the pages have no end');
  }
};
const send = async (who: string, atpId: string, more: Body): Promise<string> =>
  (await service.done(who, 'message_send', { atpId, subject: 'S', body: 'B', ...more })).message.messageId;

describe('given ATPs of several kinds', () => {
  const made: string[] = [];
  beforeAll(async () => {
    for (let round = 0; round < 4; round++) {
      made.push(await given.started());
      made.push((await service.done('pm-1', 'atp_create', { type: 'review', title: 'R' })).atp.atpId);
      made.push(await given.rejected());
    }
  });
  const listed = async (input: Body): Promise<Body[]> =>
    (await pages('qa-1', 'atp_list', input)).flatMap(({ atps }) => atps);
  const ids = (atps: Body[]): string[] => atps.map(({ atpId }) => atpId);

  it.each([1, 5, 12, 100])('when they are listed by %i, then each stands once, newest first', async (limit) => {
    const atps = await listed({ limit });
    expect(ids(atps)).toEqual(made.toReversed());
    expect(atps.map(({ createdAt }) => createdAt)).toEqual(
      atps
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
  });

  it('when a page has a limit, then no page is longer', async () => {
    for (const { atps } of await pages('qa-1', 'atp_list', { limit: 3 })) expect(atps.length).toBeLessThanOrEqual(3);
  });

  it('when status or type is asked for, then all others are left out', async () => {
    expect(ids(await listed({ status: 'Rejected' }))).toEqual(made.filter((_, place) => place % 3 === 2).toReversed());
    expect(ids(await listed({ type: 'review', limit: 2 }))).toEqual(
      made.filter((_, place) => place % 3 === 1).toReversed(),
    );
    expect(await listed({ type: 'review', status: 'Rejected', limit: 1 })).toEqual([]);
    expect(await listed({ status: 'Deferred' })).toEqual([]);
  });

  it('when one is listed, then it is the ATP as atp_get answers it', async () => {
    const [atp] = await listed({ status: 'Queued' });
    expect(atp).toEqual((await service.done('qa-1', 'atp_get', { atpId: atp?.atpId })).atp);
  });

  it('when a cursor is of another listing, then it is refused', async () => {
    const { cursor } = await service.done('pm-1', 'atp_list', { limit: 1 });
    for (const [tool, input] of [
      ['atp_list', { status: 'Queued' }],
      ['atp_list', { type: 'review' }],
      ['message_list', {}],
      ['atp_get', { atpId: made[0] }],
    ] as const) {
      const { body } = await service.call('pm-1', tool, { ...input, cursor });
      expect(body, tool).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'cursor' }] });
    }
  });
});

describe('given the inbox of a role', () => {
  const expected: string[] = [];
  let atpId: string;
  beforeAll(async () => {
    const other = await given.started();
    atpId = await given.started();
    const to = { toAgent: '@sre' };
    const decision = { messageType: 'Decision', ...to };
    const low = await send('operator-1', atpId, { ...decision, priority: 'P3-Low' });
    const first = await send('operator-1', atpId, { ...decision, priority: 'P1-High' });
    const second = await send('operator-1', other, { ...decision, priority: 'P1-High' });
    const urgent = await send('operator-1', other, { ...decision, priority: 'P0-Critical', requiresAck: true });
    const calm = await send('pm-1', other, { messageType: 'Directive', ...to, priority: 'P3-Low' });
    const superseded = await send('pm-1', atpId, { messageType: 'Directive', ...to });
    const pressing = await send('pm-1', atpId, { messageType: 'EmergencyDirective', ...to });
    expected.push(pressing, calm, urgent, superseded, first, second, low);
  });
  const inbox = async (who: string, input: Body): Promise<Body[]> =>
    (await pages(who, 'message_list', input)).flatMap(({ messages }) => messages);
  const ids = (messages: Body[]): string[] => messages.map(({ messageId }) => messageId);

  it.each([1, 2, 7, 100])(
    'when it is listed by %i, then waiting directives stand first, then by priority, then the oldest',
    async (limit) => {
      expect(ids(await inbox('sre-1', { limit }))).toEqual(expected);
    },
  );

  it('when only what is open is asked for, then it is the directives that wait', async () => {
    for (const limit of [1, 25]) expect(ids(await inbox('sre-1', { open: true, limit }))).toEqual(expected.slice(0, 2));
    expect(ids(await inbox('sre-1', { open: false }))).toEqual(expected);
  });

  it('when another role asks, then these are not its messages', async () => {
    for (const who of ['pm-1', 'dev-1', 'qa-1', 'operator-1'])
      for (const { toAgent } of await inbox(who, {})) expect(toAgent).toBe(`@${who.slice(0, -2)}`);
  });

  it('when an ATP is named, then they are the messages on it, whoever asks and whomever they are to', async () => {
    await send('qa-1', atpId, { messageType: 'Update', toAgent: '@pm' });
    const messages = await inbox('dev-2', { atpId, limit: 2 });
    expect(messages).toHaveLength(5);
    expect(messages[0].messageId).toBe(expected[0]);
    for (const message of messages) expect(message.atpId).toBe(atpId);
    expect(ids(await inbox('dev-2', { atpId, open: true }))).toEqual(expected.slice(0, 1));
  });

  it('when a directive is acknowledged, then it stands with what waits no more', async () => {
    await service.done('sre-1', 'message_ack', { messageId: expected[0] });
    expect(ids(await inbox('sre-1', { open: true }))).toEqual(expected.slice(1, 2));
    expect(ids(await inbox('sre-1', {}))[0]).toBe(expected[1]);
    expect(ids(await inbox('sre-1', {}))).toHaveLength(expected.length);
  });
});

describe('given an ATP with more than a page of timeline', () => {
  it('when it is read page by page, then every line, message and artifact stands once, in order', async () => {
    const atpId = await given.started();
    const body = 'x'.repeat(60_000);
    for (let letter = 0; letter < 30; letter++)
      await send('qa-1', atpId, { messageType: 'Update', toAgent: '@pm', subject: `Update ${letter}`, body });
    await service.done('qa-1', 'artifact_create', { atpId, artifactType: 'Other', title: 'T', content: 'C' });
    const read = await pages('pm-1', 'atp_get', { atpId });
    expect(read.length).toBeGreaterThan(1);
    const all = (name: string): Body[] => read.flatMap((page) => page[name]);
    expect(all('messages').map(({ subject }) => subject)).toEqual(Array.from({ length: 30 }, (_, n) => `Update ${n}`));
    expect(all('timeline')).toHaveLength(32);
    expect(all('timeline').map(({ at }) => at)).toEqual(
      all('timeline')
        .map(({ at }) => at)
        .toSorted(),
    );
    expect(all('artifacts')).toHaveLength(1);
    for (const page of read) expect(page).toMatchObject({ atp: { atpId }, next: expect.any(Array) });
  });
});

describe('given a flow', () => {
  const steps = async (type: string): Promise<Body[]> =>
    (await service.done('sre-1', 'flow_get', { type })).transitions;
  const row = (rows: Body[], from: string | null, to: string): Body[] =>
    rows.filter((each) => each.from === from && each.to === to);

  it('when hotfix is asked for, then its table is the contract’s', async () => {
    const { type, transitions } = await service.done('qa-1', 'flow_get', { type: 'hotfix' });
    expect(type).toBe('hotfix');
    for (const each of transitions)
      expect(each).toMatchObject({
        role: expect.stringMatching(/^@/),
        tools: expect.any(Array),
        guards: expect.any(Array),
      });
    expect(row(transitions, null, 'InProgress')).toContainEqual(
      expect.objectContaining({ role: '@pm', tools: ['atp_set'] }),
    );
    const [complete] = row(transitions, 'InProgress', 'Complete');
    expect(complete).toMatchObject({ role: '@dev', guards: ['NOT_ACKNOWLEDGED', 'NOT_OWNER'] });
    expect(complete.tools.toSorted()).toEqual(['atp_change_status', 'atp_set', 'handoff', 'message_send']);
    const [close] = row(transitions, 'Complete', 'Closed');
    expect(close).toMatchObject({
      role: '@pm',
      guards: ['HANDOFF_MISSING', 'REPORT_MISSING', 'GATE_FAILED', 'DEPENDENCY_OPEN', 'ALERT_STILL_FIRING'],
    });
    expect(close.tools.toSorted()).toEqual(['atp_change_status', 'atp_close', 'atp_set']);
    expect(row(transitions, 'Complete', 'InProgress')).toEqual([expect.objectContaining({ role: '@pm' })]);
    expect(row(transitions, 'InProgress', 'Rejected')).toEqual([expect.objectContaining({ role: '@pm' })]);
    expect(row(transitions, null, 'Queued')).toEqual([]);
  });

  it('when review is asked for, then its table is the contract’s', async () => {
    const rows = await steps('review');
    const roles = (from: string | null, to: string) =>
      row(rows, from, to)
        .map(({ role }) => role)
        .toSorted();
    expect(roles(null, 'Queued')).toContain('@pm');
    expect(roles('Queued', 'InProgress')).toEqual(['@pm']);
    expect(roles('InProgress', 'Complete')).toEqual(['@dev', '@pm']);
    expect(roles('Complete', 'InProgress')).toEqual(['@pm']);
    expect(roles('Complete', 'Closed')).toEqual(['@pm']);
    expect(row(rows, 'Complete', 'Closed')[0].guards).toContain('CHECKLIST_OPEN');
  });

  it('when there is no such flow, then that is a fault of the input', async () => {
    expect((await service.call('pm-1', 'flow_get', { type: newId() })).body.code).toBe('INVALID_INPUT');
  });
});
