import { expect, test } from 'vitest';
import { webhookEventOf } from '../../../lib/flow/webhook-event.ts';
import type { Event } from '../../../lib/model.ts';

const cases: [Pick<Event, 'action' | 'from' | 'to'>, string | undefined][] = [
  [{ action: 'acknowledge' }, 'atp.acknowledged'],
  [{ action: 'handoff', from: 'InProgress', to: 'Complete' }, 'atp.completed'],
  [{ action: 'complete', from: 'InProgress', to: 'Complete' }, 'atp.completed'],
  [{ action: 'handoff' }, undefined],
  [{ action: 'close', from: 'Complete', to: 'Closed' }, 'atp.closed'],
  [{ action: 'reject', from: 'InProgress', to: 'Rejected' }, 'atp.closed'],
  [{ action: 'escalate' }, 'atp.escalated'],
  [{ action: 'raise' }, 'atp.escalated'],
  [{ action: 'direct' }, undefined],
  [{ action: 'rework', from: 'Complete', to: 'InProgress' }, undefined],
  [{ action: 'deploy', from: 'Complete', to: 'Deployed' }, undefined],
  [{ action: 'page-acknowledge' }, undefined],
  [{ action: 'followUp' }, undefined],
];

test.each(cases)('of %o outside is told %s', (event, told) => {
  expect(webhookEventOf(event, false)).toBe(told);
});

test('whatever makes an ATP opens it', () => {
  expect(webhookEventOf({ action: 'create', to: 'Queued' }, true)).toBe('atp.opened');
  expect(webhookEventOf({ action: 'start', to: 'InProgress' }, true)).toBe('atp.opened');
});
