import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertmanagerIntake } from '../../../lib/pager/alertmanager.ts';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import { anyJson, expectHeld, fixture, only, spoilt } from './payload.ts';

const alertOf = (labels: object, more: object = {}) => ({
  status: 'firing',
  labels,
  annotations: {},
  startsAt: '2026-11-23T10:00:00.123456789+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
  fingerprint: 'f404ecabc8dd5cd7',
  ...more,
});
const group = {
  version: '4',
  groupKey: '{}/{team="x"}:{alertname="Down"}',
  truncatedAlerts: 0,
  receiver: 'team\\.x',
  status: 'firing',
  alerts: [alertOf({ alertname: 'Down' })],
  groupLabels: { alertname: 'Down' },
  commonLabels: { alertname: 'Down', severity: 'page', env: 'production', service: 'checkout' },
  commonAnnotations: { summary: 'checkout does not answer', runbook_url: 'https://wiki.example/down' },
  externalURL: 'https://alerts.example',
  notification_reason: 'first notification',
};
const given = (more: object) => only(alertmanagerIntake({ ...group, ...more }));

describe('the samples', () => {
  test('01 triggers one episode for two alerts', () => {
    expect(only(alertmanagerIntake(fixture('alertmanager', '01')))).toEqual({
      action: 'trigger',
      episode: '{}:{alertname="InstanceDown"}',
      title: 'InstanceDown',
      summary:
        'localhost:8081 of job node has been down for more than 1 minute.\nlocalhost:8082 of job node has been down for more than 1 minute.',
      service: 'node',
      severity: 'critical',
      labels: { job: 'node', severity: 'critical', alertname: 'InstanceDown', receiver: 'combo' },
      links: [],
    });
  });

  test('02, without a groupKey, triggers: receiver and group labels name the episode', () => {
    const page = only(alertmanagerIntake(fixture('alertmanager', '02')));
    expect(page).toMatchObject({
      action: 'trigger',
      episode: 'dev_alerts:[["room","dev_alerts"]]',
      title: 'Consider running `htop` and check the processes consuming max RAM.',
    });
    expect(page).not.toHaveProperty('severity');
  });

  test('03, whose alerts have no status, triggers', () => {
    expect(only(alertmanagerIntake(fixture('alertmanager', '03')))).toMatchObject({
      action: 'trigger',
      title: 'high_memory_load: Prometheus Test',
      severity: 'warning',
      links: [{ href: 'http://docker.for.mac.host.internal:9093' }],
    });
  });
});

describe('a group', () => {
  test('given one that fires, then the page says what its alerts have in common', () => {
    expect(given({})).toEqual({
      action: 'trigger',
      episode: group.groupKey,
      title: 'Down: checkout does not answer',
      summary: 'checkout does not answer',
      service: 'checkout',
      environment: 'production',
      severity: 'critical',
      labels: { ...group.commonLabels, receiver: 'team.x' },
      links: [
        { href: 'http://prometheus:9090/graph?g0.expr=up', text: 'Alert rule' },
        { href: 'https://alerts.example', text: 'Where the alerts come from' },
      ],
    });
  });

  test('given a status, then resolved alerts that ride along resolve nothing', () => {
    const alerts = [alertOf({}, { status: 'resolved' }), alertOf({})];
    expect(given({ alerts })).toMatchObject({ action: 'trigger' });
    expect(given({ status: 'resolved' })).toMatchObject({ action: 'resolve', episode: group.groupKey });
  });

  test('given alerts that were cut off, then the summary says how many', () => {
    expect(given({ truncatedAlerts: 3 })).toMatchObject({
      summary: expect.stringContaining('3 more alerts were cut off'),
    });
  });

  test('given severities that differ, then it is the gravest of what fires', () => {
    const labels = ['info', 'error', 'critical'].map((severity) => ({ severity }));
    const [info, error, critical] = labels.map((each) => alertOf(each));
    const commonLabels = {};
    expect(given({ commonLabels, alerts: [info, error] })).toMatchObject({ severity: 'error' });
    expect(given({ commonLabels, alerts: [info, { ...critical, status: 'resolved' }] })).toMatchObject({
      severity: 'info',
    });
  });
});

describe('labels', () => {
  test.each([
    ['critical', ['critical', 'page', 'FATAL', 'disaster', 'P1', 'sev1']],
    ['error', ['error', 'high', 'major', 'P2']],
    ['warning', ['warning', 'warn', 'medium', 'minor']],
    ['info', ['info', 'none', 'low', 'informational', 'P5']],
    [undefined, ['deadman', 'constructor', '__proto__', '1']],
  ])('given the severity %s, then these names are it: %j', (severity, names) => {
    const found = names.map((name) => given({ commonLabels: { severity: name } }));
    for (const page of found) expect('severity' in page ? page.severity : undefined).toBe(severity);
  });

  test.each(['env', 'environment', 'Environment', 'stage', 'deployment_environment', 'deployment.environment.name'])(
    'given %s, then it is the environment',
    (name) => {
      expect(given({ commonLabels: { [name]: 'staging' } })).toMatchObject({ environment: 'staging' });
    },
  );

  test('given cluster or namespace, then they are no environment', () => {
    expect(given({ commonLabels: { cluster: 'production', namespace: 'production' } })).not.toHaveProperty(
      'environment',
    );
  });

  test('given service, app and job, then the first of them is the service', () => {
    expect(given({ commonLabels: { job: 'node', app: 'shop', service: 'checkout' } })).toMatchObject({
      service: 'checkout',
    });
    expect(given({ commonLabels: { job: 'node', app: 'shop' } })).toMatchObject({ service: 'shop' });
  });

  test('given more labels than a record should hold, then the first are kept, those that are understood in any case', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`label${at}`, 'x'.repeat(1_000)]));
    const page = given({ commonLabels: { ...many, env: 'production' } });
    expect(page).toMatchObject({ environment: 'production' });
    expect(Object.keys('labels' in page ? page.labels : {})).toHaveLength(50);
  });
});

test('given a body of a custom template, then it is refused by field', () => {
  expect(() => alertmanagerIntake({ text: 'Down', status: 'firing' })).toThrow(/custom payload template.*alerts/);
  expect(() => alertmanagerIntake({ ...group, status: 'on' })).toThrow(/status: must be firing or resolved/);
  expect(() => alertmanagerIntake({ ...group, alerts: ['x'] })).toThrow(MalformedPage);
});

test('given a summary of many lines, then the title is one line of 200 characters at most', () => {
  const summary = `a\r\nb\u202E\u2066c\uD800 ${'👍'.repeat(400)}`;
  const page = given({ commonAnnotations: { summary } });
  expect('title' in page && Array.from(page.title)).toHaveLength(200);
  expect(page).toMatchObject({ title: expect.stringMatching(/^Down: a bc� (👍)+…$/u) });
});

test('given any JSON, or a sample that was spoilt, then there are pages or a refusal', () => {
  const samples = [fixture('alertmanager', '01'), fixture('alertmanager', '03'), group].map(spoilt);
  expectHeld(alertmanagerIntake, fc.oneof(anyJson, ...samples), MalformedPage);
});

test('given a payload, then it is passed through untouched', () => {
  expect(alertmanagerIntake(group)[0]).toHaveProperty('payload', group);
});
