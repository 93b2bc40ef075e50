import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grafanaIntake, isSignedByGrafana } from '../../../lib/pager/grafana.ts';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import { anyJson, expectHeld, fixture, only, spoilt } from './payload.ts';

const legacy = {
  evalMatches: [{ value: 100, metric: 'High value', tags: null }],
  message: 'Latency above 3 s',
  orgId: 0,
  ruleId: 7,
  ruleName: 'Checkout latency',
  ruleUrl: 'http://localhost:3000/d/1',
  state: 'alerting',
  tags: { env: 'production', severity: 'critical' },
  title: '[Alerting] Checkout latency',
};

describe('the samples', () => {
  test('01, a test notification, is handled as any other; its relative address is left out', () => {
    expect(only(grafanaIntake(fixture('grafana', '01')))).toEqual({
      action: 'trigger',
      episode: 'webhook-c4edaaf9f9f839b0-1777986297',
      title: 'TestAlert',
      summary: 'Test Description',
      labels: { alertname: 'TestAlert', receiver: 'webhook' },
      links: [
        { href: 'https://grafana.example.com/d/dashboard_uid', text: 'Dashboard' },
        { href: 'https://grafana.example.com/d/dashboard_uid?viewPanel=1', text: 'Panel' },
        { href: 'https://grafana.example.com/', text: 'Where the alerts come from' },
      ],
    });
  });

  test('02 triggers', () => {
    expect(only(grafanaIntake(fixture('grafana', '02')))).toMatchObject({
      action: 'trigger',
      episode: '{}/{debug="true"}:{alertname="Memory (copy)", grafana_folder="device"}',
      title: 'Memory (copy): High memory usage',
      summary: 'High memory usage',
    });
  });
});

describe('a group', () => {
  test('given one that is resolved, then it resolves its episode', () => {
    const payload = { ...(fixture('grafana', '02') as object), status: 'resolved', state: 'ok' };
    expect(only(grafanaIntake(payload))).toMatchObject({ action: 'resolve' });
  });

  test('given no alertname, then the title is that of Grafana', () => {
    const payload = { status: 'firing', alerts: [], groupKey: 'k', title: '[FIRING:1] a', version: '4' };
    expect(only(grafanaIntake(payload))).toMatchObject({ title: '[FIRING:1] a' });
  });
});

describe('the alerting before Grafana 9', () => {
  test('given an alert, then the rule is the episode', () => {
    expect(only(grafanaIntake(legacy))).toEqual({
      action: 'trigger',
      episode: 'rule 7',
      title: 'Checkout latency',
      summary: 'Latency above 3 s\n[Alerting] Checkout latency\nHigh value: 100',
      environment: 'production',
      severity: 'critical',
      labels: { env: 'production', severity: 'critical' },
      links: [{ href: 'http://localhost:3000/d/1', text: 'Alert rule' }],
    });
  });

  test.each([
    ['ok', 'resolve'],
    ['no_data', 'update'],
    ['paused', 'update'],
  ])('given the state %s, then it is taken as %s', (state, action) => {
    expect(only(grafanaIntake({ ...legacy, state }))).toMatchObject({ action });
  });
});

test('given a body of a custom template, then it is refused', () => {
  expect(() => grafanaIntake({ title: 'x', state: 'alerting' })).toThrow(/custom payload template/);
});

describe('a signature', () => {
  const body = Buffer.from('{"alerts": []}');
  const nowMs = 1_777_986_297_500;
  const timestamp = '1777986297';
  const sign = (signed: string, secret = 'a') => createHmac('sha256', secret).update(signed).digest('hex');
  const plain = sign('{"alerts": []}');
  const timed = sign(`${timestamp}:{"alerts": []}`);

  test('given one of the body, then it is good under any of the secrets, and under no other', () => {
    expect(isSignedByGrafana(plain, body, ['b', 'a'])).toBe(true);
    expect(isSignedByGrafana(plain, body, ['b'])).toBe(false);
    expect(isSignedByGrafana(plain.slice(2), body, ['a'])).toBe(false);
    expect(isSignedByGrafana(undefined, body, ['a'])).toBe(false);
  });

  test('given a timestamp header that is configured, then it is signed with the body', () => {
    expect(isSignedByGrafana(timed, body, ['a'], { timestamp, nowMs })).toBe(true);
    expect(isSignedByGrafana(plain, body, ['a'], { timestamp, nowMs })).toBe(false);
    expect(isSignedByGrafana(timed, body, ['a'])).toBe(false);
  });

  test('given none, or one that is old, of the future or no number, then it is refused', () => {
    expect(isSignedByGrafana(plain, body, ['a'], { timestamp: undefined, nowMs })).toBe(false);
    expect(isSignedByGrafana(timed, body, ['a'], { timestamp, nowMs: nowMs + 301_000 })).toBe(false);
    expect(isSignedByGrafana(timed, body, ['a'], { timestamp, nowMs: nowMs - 301_000 })).toBe(false);
    expect(isSignedByGrafana(sign('x:{"alerts": []}'), body, ['a'], { timestamp: 'x', nowMs })).toBe(false);
  });
});

test('given any JSON, or a sample that was spoilt, then there are pages or a refusal', () => {
  const samples = [fixture('grafana', '01'), fixture('grafana', '02'), legacy].map(spoilt);
  expectHeld(grafanaIntake, fc.oneof(anyJson, ...samples), MalformedPage);
});

test('given a payload, then it is passed through untouched', () => {
  expect(grafanaIntake(legacy)[0]).toHaveProperty('payload', legacy);
});
