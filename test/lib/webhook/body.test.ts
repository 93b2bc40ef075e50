import { expect, test } from 'vitest';
import type { Atp, Event } from '../../../lib/model.ts';
import { BODY_LIMIT, bodyOf } from '../../../lib/webhook/body.ts';

const at = '2026-11-24T12:00:00.000Z';
const event: Event = {
  at,
  role: '@dev',
  principal: 'dev-1',
  action: 'handoff',
  to: 'Complete',
  notes: 'é'.repeat(9_000),
};
const atp = (notes: string): Atp => ({
  atpId: 'AT-1',
  type: 'hotfix',
  status: 'Complete',
  stage: 'review',
  title: 'Checkout answers 500',
  notes,
  priority: 'P0-Critical',
  createdAt: at,
  createdBy: { role: '@pm', name: 'pm-1' },
  updatedAt: at,
  directives: {},
  openDependencies: {},
  dependents: {},
  deadlines: {},
});
const bytesOf = (body: object): number => Buffer.byteLength(JSON.stringify(body));

test('given an ATP, then it is sent as callers see it', () => {
  const body = bodyOf('atp.completed', '01KJMBM0G0ZZZZZZZZZZZZZZZZ', atp('Rolled back'), event);
  expect(body).toMatchObject({ type: 'atp.completed', eventId: 'evt_01KJMBM0G0ZZZZZZZZZZZZZZZZ', at, event });
  expect(body.atp).toMatchObject({ atpId: 'AT-1', notes: 'Rolled back' });
  expect(body.atp).not.toHaveProperty('directives');
  expect(body).not.toHaveProperty('truncated');
});

test.each([BODY_LIMIT, 399_000])(
  'given an ATP of %i bytes, then what identifies it is sent, and says that it was cut',
  (bytes) => {
    const body = bodyOf('atp.completed', '01KJMBM0G0ZZZZZZZZZZZZZZZZ', atp('x'.repeat(bytes)), event);
    expect(bytesOf(body)).toBeLessThan(2_000);
    expect(body).toMatchObject({
      truncated: true,
      atp: { atpId: 'AT-1', status: 'Complete' },
      event: { action: 'handoff' },
    });
  },
);

test('given the largest ATP that goes whole, then its body and what stands around it fit into a message of 256 KB', () => {
  const rest = bytesOf(bodyOf('atp.completed', '01KJMBM0G0ZZZZZZZZZZZZZZZZ', atp(''), event));
  const body = bodyOf('atp.completed', '01KJMBM0G0ZZZZZZZZZZZZZZZZ', atp('x'.repeat(BODY_LIMIT - 2_048 - rest)), event);
  expect(body).not.toHaveProperty('truncated');
  const failure = '"'.repeat(300);
  const delivery = { kind: 'delivery', webhookId: 'abcdefgh', attempt: 8, dueAt: at, body, failure };
  expect(bytesOf(delivery)).toBeLessThanOrEqual(256 * 1024);
});
