import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { genericIntake } from '../../../lib/pager/generic.ts';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import { anyJson, expectHeld, only, spoilt } from './payload.ts';

const page = {
  action: 'trigger',
  key: 'checkout-latency',
  title: 'Checkout takes 9 s',
  summary: 'p95 above 3 s\nfor 10 minutes',
  service: 'checkout',
  environment: 'production',
  severity: 'critical',
  labels: { team: 'shop' },
  links: [{ href: 'https://grafana.example/d/1', text: 'Dashboard' }],
  details: { p95: 9.1 },
};
const issuesOf = (payload: unknown) => {
  try {
    genericIntake(payload);
  } catch (error) {
    return (error as MalformedPage).issues;
  }
  return undefined;
};

describe('a page', () => {
  test('given all fields, then they are taken as they are', () => {
    const { key, details: _details, ...same } = page;
    expect(only(genericIntake(page))).toEqual({ ...same, episode: key });
  });

  test.each(['trigger', 'acknowledge', 'resolve'])('given %s, a key and a title, then that is enough', (action) => {
    expect(only(genericIntake({ action, key: 'k', title: 't' }))).toEqual({
      action,
      episode: 'k',
      title: 't',
      labels: {},
      links: [],
    });
  });
});

describe('a refusal names every field', () => {
  test.each([
    [{ action: 'close' }, [{ path: 'action', message: 'must be one of trigger, acknowledge, resolve' }]],
    [{ key: undefined }, [{ path: 'key', message: 'is missing' }]],
    [{ title: 'x'.repeat(1_001) }, [{ path: 'title', message: 'must be 1000 at most' }]],
    [{ severity: 'P1' }, [{ path: 'severity', message: 'must be one of critical, error, warning, info' }]],
    [{ labels: { team: 1 } }, [{ path: 'labels.team', message: 'must be of type string' }]],
    [{ links: [{ href: 'javascript:x' }] }, [{ path: 'links.0.href', message: 'must be an address of the web' }]],
    [
      { links: [{ href: 'https://a.example', title: 'x' }] },
      [{ path: 'links.0.title', message: 'is not a field here' }],
    ],
    [{ env: 'production' }, [{ path: 'env', message: 'is not a field here' }]],
    [
      { service: ' ', colour: 1 },
      [expect.objectContaining({ path: 'service' }), expect.objectContaining({ path: 'colour' })],
    ],
  ])('given %j', (more, issues) => {
    expect(issuesOf({ ...page, ...more })).toEqual(issues);
  });

  test('given no object, then it says so', () => {
    expect(issuesOf('x')).toEqual([{ path: '', message: 'must be of type object' }]);
  });

  test('given a hundred thousand faults, then some of them are named', () => {
    const labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [at, at]));
    expect(issuesOf({ ...page, labels })).toHaveLength(100);
  });
});

test('given any JSON, or a page that was spoilt, then there are pages or a refusal', () => {
  expectHeld(genericIntake, fc.oneof(anyJson, spoilt(page)), MalformedPage);
});

test('given a payload, then it is passed through untouched', () => {
  expect(genericIntake(page)[0]).toHaveProperty('payload', page);
});
