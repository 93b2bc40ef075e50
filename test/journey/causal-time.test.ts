import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { letter, Overtaken } from '../support/overtaken.ts';
import { readWhole } from '../support/timeline.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

const MINUTE = 60_000;

/** What an execution environment does whose clock is a minute ahead. */
const aMinuteAhead = async <T>(run: () => Promise<T>): Promise<T> => {
  const now = Date.now;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + MINUTE);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
};

describe('given execution environments whose clocks differ', () => {
  it('when each sees what the one before wrote, then the timeline keeps the order of cause and effect', async () => {
    const atpId = await world.given.started();
    const { message } = await aMinuteAhead(() =>
      world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev')),
    );
    await world.service.done('dev-1', 'message_ack', { messageId: message.messageId });
    await world.service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    const { timeline } = await readWhole(world.service, atpId);
    expect(timeline.map(({ action }) => action)).toEqual(['start', 'direct', 'acknowledge', 'complete']);
  });

  it('when one that is behind writes beside another, then what follows still comes after both', async () => {
    const atpId = await world.given.started();
    const ahead = () =>
      aMinuteAhead(() => world.service.done('pm-1', 'message_send', letter(atpId, 'Directive', '@dev')));
    const update = letter(atpId, 'Update', '@pm');
    expect(await world.raced(ahead, 'sre-1', 'message_send', update)).toMatchObject({ status: 200 });

    const { atp, messages } = await world.service.done('dev-1', 'atp_get', { atpId });
    const sent = messages.map(({ sentAt }: { sentAt: string }) => sentAt).sort();
    expect(atp.updatedAt).toBe(sent.at(-1));
    const directive = messages.find(({ toAgent }: { toAgent: string }) => toAgent === '@dev');
    await world.service.done('dev-1', 'message_ack', { messageId: directive.messageId });
    const { timeline } = await readWhole(world.service, atpId);
    expect(timeline.at(-1)).toMatchObject({ action: 'acknowledge' });
  });
});
