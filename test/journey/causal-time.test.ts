import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { letter, Overtaken } from '../support/overtaken.ts';
import { readWhole } from '../support/timeline.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

const MINUTE = 60_000;

const now = Date.now;

/** What an execution environment does whose clock is so far ahead, whatever that of the one is that it overtakes. */
const ahead = async <T>(milliseconds: number, run: () => Promise<T>): Promise<T> => {
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
};

describe('given execution environments whose clocks differ', () => {
  it('when each sees what the one before wrote, then the timeline keeps the order of cause and effect', async () => {
    const atpId = await world.given.started();
    const { message } = await ahead(MINUTE, () =>
      world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev')),
    );
    await world.service.done('dev-1', 'message_ack', { messageId: message.messageId });
    await world.service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    const { timeline } = await readWhole(world.service, atpId);
    expect(timeline.map(({ action }) => action)).toEqual(['start', 'direct', 'acknowledge', 'complete']);
  });

  it('when one that is behind writes beside another, then what follows still comes after both', async () => {
    const atpId = await world.given.started();
    const other = () =>
      ahead(MINUTE, () => world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev')));
    const update = letter(atpId, 'Update', '@pm');
    expect(await world.raced(other, 'sre-1', 'message_send', update)).toMatchObject({ status: 200 });

    const { atp, messages } = await world.service.done('dev-1', 'atp_get', { atpId });
    const sent = messages.map(({ sentAt }: { sentAt: string }) => sentAt).sort();
    expect(atp.updatedAt).toBe(sent.at(-1));
    const directive = messages.find(({ toAgent }: { toAgent: string }) => toAgent === '@dev');
    await world.service.done('dev-1', 'message_ack', { messageId: directive.messageId });
    const { timeline } = await readWhole(world.service, atpId);
    expect(timeline.at(-1)).toMatchObject({ action: 'acknowledge' });
  });

  it('when two that are behind report at once, then the report that counts is the newest of the list', async () => {
    const atpId = await world.given.work('bugfix', 'Complete');
    const report = (verdict: string) => ({
      atpId,
      artifactType: 'QATestReport',
      title: 'Tested',
      content: 'Regression test: test/totals.test.ts',
      verdict,
    });
    const other = () => world.service.done('qa-1', 'artifact_create', report('escalate'));
    await ahead(-MINUTE, () => world.raced(other, 'qa-1', 'artifact_create', report('pass')));
    const { artifacts } = await readWhole(world.service, atpId);
    const made = artifacts.map(({ verdict, createdAt }) => [createdAt, verdict]).sort();
    expect(made.map(([, verdict]) => verdict)).toEqual(['escalate', 'pass']);
    expect(made[0]?.[0] < made[1]?.[0]).toBe(true);
  });
});

describe('given a closure that a report overtakes', () => {
  it('then it keeps the gates that this one attests', async () => {
    const atpId = await world.given.work('bugfix', 'Complete');
    await world.given.tested(atpId);
    const report = { atpId, artifactType: 'PMVerificationReport', title: 'Held', content: 'It holds.' };
    // The closure has the later time whatever it overtook: its clock is ahead.
    const other = () => ahead(0, () => world.service.done('pm-2', 'artifact_create', report));
    await ahead(MINUTE, () => world.raced(other, 'pm-1', 'atp_change_status', { atpId, status: 'Closed' }));
    const { atp } = await world.service.done('pm-1', 'atp_get', { atpId });
    expect(atp).toMatchObject({ status: 'Closed', gates: {} });
  });
});
