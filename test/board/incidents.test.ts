import { describe, expect, test } from 'vitest';
import {
  linkOf,
  matches,
  mostUrgentFirst,
  nearestDeadline,
  soonestDueFirst,
  turnOf,
  waitOf,
} from '../../lib/board/incidents.ts';
import { incidentHash, routeOf } from '../../lib/board/route.ts';
import { countdownOf, spanOf } from '../../lib/board/span.ts';
import { flows } from '../../lib/flow/flows.ts';
import { at, givenAtp, givenDetail, OPENED } from './given.ts';

const SECOND = 1_000;
const ids = (atps: readonly { atpId: string }[]) => atps.map(({ atpId }) => atpId);

describe('the order of a list', () => {
  test('emergencies, then by priority, then who has waited longest', () => {
    const atps = [
      givenAtp({ atpId: 'normal', priority: 'P2-Normal', createdAt: at(-600) }),
      givenAtp({ atpId: 'newer', createdAt: at(2) }),
      givenAtp({ atpId: 'older', createdAt: at(1) }),
      givenAtp({ atpId: 'emergency', type: 'emergency', priority: 'P1-High', createdAt: at(3) }),
    ];
    expect(ids(mostUrgentFirst(atps))).toEqual(['emergency', 'older', 'newer', 'normal']);
  });

  test('reviews: the soonest due first, those without a time last', () => {
    const atps = [
      givenAtp({ atpId: 'some day' }),
      givenAtp({ atpId: 'tomorrow', dueAt: at(1_440) }),
      givenAtp({ atpId: 'overdue', dueAt: at(-1) }),
    ];
    expect(ids(soonestDueFirst(atps))).toEqual(['overdue', 'tomorrow', 'some day']);
  });
});

describe('search', () => {
  const atp = givenAtp({
    atpId: 'AT-CHECKOUT-7',
    owner: { role: '@dev', name: 'dev-2' },
    incident: { environment: 'production', summary: 'Kasse kaputt: ÄRGER' },
  });
  test.each(['', '  ', 'checkout', 'DEV-2 production', '500 inprogress', 'ärger'])('finds it by "%s"', (asked) => {
    expect(matches(atp, asked)).toBe(true);
  });
  test.each(['staging', 'checkout staging', '.*'])('does not find it by "%s"', (asked) => {
    expect(matches(atp, asked)).toBe(false);
  });
});

describe('turn and waits', () => {
  test('it is the turn of who has the first step, and what a directive waits for is said once', () => {
    const first = { tool: 'message_ack', role: '@dev', why: 'Take the fix.' } as const;
    const message = { waitsFor: ['AT-9'] } as never;
    const next = [first, { tool: 'atp_set', role: '@pm', why: 'Raise it.' } as const];
    expect(turnOf(givenDetail({ next, messages: [message, message] }))).toEqual({ first, waitsFor: ['AT-9'] });
    expect(turnOf(givenDetail())).toEqual({ waitsFor: [] });
  });

  test('every deadline of every flow has words, and the one that passes first is shown', () => {
    for (const { deadlines } of flows) for (const { name } of deadlines) expect(waitOf(name)).not.toBe(name);
    const deadlines = [
      { deadline: 'fix', dueAt: at(60), firings: 0 },
      { deadline: 'acknowledgement@dev', dueAt: at(5), firings: 1 },
    ];
    expect(nearestDeadline(givenAtp({ deadlines }))?.deadline).toBe('acknowledgement@dev');
    expect(nearestDeadline(givenAtp())).toBeUndefined();
  });
});

describe('lengths of time', () => {
  test.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms is %s', (milliseconds, text) => {
    expect(spanOf(milliseconds)).toBe(text);
  });

  test.each([
    [0, 'in 0 s', false],
    [45 * SECOND, 'in 45 s', false],
    [252 * SECOND, 'in 4 min 12 s', false],
    [3_600 * SECOND, 'in 1 h', false],
    [-1, '0 s overdue', true],
    [-185 * SECOND, '3 min overdue', true],
  ])('what is due in %i ms is shown as "%s"', (left, text, overdue) => {
    expect(countdownOf(OPENED, Date.parse(OPENED) - left)).toEqual({ text, overdue });
  });
});

describe('addresses', () => {
  test.each(['AT-1', 'a/b', '../x', '100%', '#', '<img>'])('%s has an address of its own', (atpId) => {
    expect(routeOf(incidentHash(atpId))).toEqual({ view: 'incident', atpId });
  });
  test.each(['', '#', '#/', '#/atps/', '#/atps/%', '#/atps/a/b', '#main'])('%s is the list', (hash) => {
    expect(routeOf(hash)).toEqual({ view: 'incidents' });
  });
  test('only http and https are followed', () => {
    expect(linkOf('https://example.com/a')).toBe('https://example.com/a');
    for (const url of ['javascript:alert(1)', ' https://a', 'data:text/html,x', 'https://', 'file:///etc', undefined])
      expect(linkOf(url)).toBeUndefined();
  });
});
