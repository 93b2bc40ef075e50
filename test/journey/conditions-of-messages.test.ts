import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageParts } from '../../lib/ids.ts';
import { keys } from '../../lib/store/keys.ts';
import { Overtaken } from '../support/overtaken.ts';
import type { Answer } from '../support/service.ts';

let world: Overtaken;
beforeAll(async () => {
  world = await Overtaken.start();
});
afterAll(() => world.stop());

const keyOf = (messageId: string) => {
  const parts = messageParts(messageId);
  if (!parts) throw new Error(`${messageId} is no message id`);
  return keys.message(parts);
};

describe('given a message that waits for a receipt', () => {
  let messageId: string;
  let atpId: string;
  beforeEach(async () => {
    atpId = await world.given.started();
    messageId = await world.given.directive(atpId, '@qa');
  });
  const byOther = { role: '@qa', name: 'qa-2' };

  it('when another principal acknowledges it between read and write, then the later one is told so', async () => {
    const happen = async () => {
      await world.states.change(keyOf(messageId), 'acknowledgedAt', '2026-01-01T00:00:00.000Z');
      await world.states.change(keyOf(messageId), 'acknowledgedBy', byOther);
    };
    const answer = await world.raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ALREADY_ACKNOWLEDGED' }, writes: 1 });
    expect(await world.eventsOf(atpId, 'acknowledge')).toEqual([]);
  });

  it('when the same principal acknowledges it between read and write, then both get the same answer', async () => {
    const first: Answer[] = [];
    const happen = async () => first.push(await world.service.call('qa-1', 'message_ack', { messageId }));
    const answer = await world.raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 200, writes: 1 });
    expect(answer.body.message).toEqual(first[0]?.body.message);
    expect(await world.eventsOf(atpId, 'acknowledge')).toHaveLength(1);
  });

  it('when a newer directive supersedes it between read and write, then the newer one is named', async () => {
    let newer = '';
    const happen = async () => {
      newer = await world.given.directive(atpId, '@qa');
    };
    const answer = await world.raced(happen, 'qa-1', 'message_ack', { messageId });
    expect(answer).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' }, writes: 1 });
    expect(answer.body.detail).toContain(newer);
  });
});

describe('given a directive to @dev that waits, and a table changed by hand', () => {
  it.each([
    ['acknowledgedBy', { role: '@dev', name: 'dev-2' }, 'ALREADY_ACKNOWLEDGED'],
    ['supersededAt', '2026-01-01T00:00:00.000Z', 'INVALID_TRANSITION'],
  ])(
    'when only its %s changes between read and write, then the call ends in a refusal, not in a circle',
    async (attribute, to, code) => {
      const { messageId } = await world.given.directed();
      const happen = async () => {
        if (attribute === 'acknowledgedBy')
          await world.states.change(keyOf(messageId), 'acknowledgedAt', '2026-01-01T00:00:00.000Z');
        await world.states.change(keyOf(messageId), attribute, to);
      };
      const answer = await world.raced(happen, 'dev-1', 'message_ack', { messageId });
      expect(answer).toMatchObject({ status: 409, body: { code }, writes: 1 });
    },
  );
});
