import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import { pagerDutyActions } from '../../../lib/pager/pagerduty-event-types.ts';
import { isSignedByPagerDuty, pagerDutyIntake } from '../../../lib/pager/pagerduty-webhook.ts';
import { anyJson, expectHeld, fixture, only, spoilt } from './payload.ts';

const incident = {
  id: 'Q2CKYRLH85UNN4',
  type: 'incident',
  title: 'Checkout is down',
  html_url: 'https://acme.pagerduty.com/incidents/Q2CKYRLH85UNN4',
  service: { id: 'PF9KMXH', summary: 'checkout' },
  priority: null,
  urgency: 'high',
  resolve_reason: null,
};
const reference = { id: incident.id, type: 'incident_reference', summary: 'Checkout is down' };
const event = (event_type: string, data: unknown) => ({
  event: { id: '01E', event_type, agent: null, client: null, data },
});
const given = (type: string, data: unknown) => only(pagerDutyIntake(event(type, data)));

describe('the samples', () => {
  test('06, a priority, updates, and makes it critical', () => {
    expect(only(pagerDutyIntake(fixture('pagerduty-webhook-v3', '06')))).toEqual({
      action: 'update',
      episode: 'PGR0VU2',
      delivery: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      title: 'A little bump in the road',
      summary: 'priority updated: P1',
      service: 'API Service',
      severity: 'critical',
      labels: { priority: 'P1', urgency: 'high', service_id: 'PF9KMXH', escalation_policy: 'Default' },
      links: [
        { href: 'https://acme.pagerduty.com/incidents/PGR0VU2', text: 'Incident in PagerDuty' },
        { href: 'https://example.com', text: 'Conference bridge' },
      ],
    });
  });

  test('07, of a service, and 10, a ping, are ignored', () => {
    expect(only(pagerDutyIntake(fixture('pagerduty-webhook-v3', '07')))).toEqual({
      ignored: 'service.updated tells of no incident',
    });
    expect(only(pagerDutyIntake(fixture('pagerduty-webhook-v3', '10')))).toEqual({ ignored: 'a ping of PagerDuty' });
  });

  test('08, a capture without the newer fields, triggers', () => {
    expect(only(pagerDutyIntake(fixture('pagerduty-webhook-v3', '08')))).toMatchObject({
      action: 'trigger',
      episode: 'PFQZPSY',
      delivery: '01BZYIL05THJDFF2Y08X9SVMTU',
      title: 'Test Incident 3',
      severity: 'error',
      service: 'pig208',
    });
  });
});

describe('a type of event', () => {
  test.each([...pagerDutyActions])('given %s, then it is taken as %s', (type, action) => {
    expect(given(type, incident)).toMatchObject({ action, episode: incident.id });
    expect(given(type, { type: 'x', id: 'other', incident: reference })).toMatchObject({
      action,
      episode: incident.id,
    });
  });

  test('given one that is not known, then it is ignored by name', () => {
    expect(given('incident.renamed', incident)).toEqual({ ignored: 'incident.renamed is not known here' });
    expect(given('constructor', incident)).toEqual({ ignored: 'constructor is not known here' });
  });

  test('given no incident, then it is ignored', () => {
    expect(given('incident.triggered', null)).toEqual({ ignored: 'incident.triggered names no incident' });
  });
});

describe('an episode', () => {
  test('given a reopening, then it triggers the same incident and says so', () => {
    expect(given('incident.reopened', incident)).toMatchObject({
      action: 'trigger',
      episode: incident.id,
      note: 'reopened: a new episode of the same incident',
    });
  });

  test('given a merge, then the resolution says that it is none', () => {
    const resolve_reason = { type: 'merge_resolve_reason', incident: reference };
    expect(given('incident.resolved', { ...incident, resolve_reason })).toMatchObject({
      action: 'resolve',
      note: 'merged',
    });
    expect(given('incident.resolved', incident)).not.toHaveProperty('note');
  });
});

describe('an update', () => {
  test('given a note, then its text is in the summary', () => {
    const data = { id: 'N1', type: 'incident_note', content: 'Restarted the database', incident: reference };
    expect(given('incident.annotated', data)).toMatchObject({
      title: 'Checkout is down',
      summary: 'annotated: Restarted the database',
    });
  });

  test('given field values, then the environment is what is set now', () => {
    const data = {
      type: 'incident_field_values',
      incident: reference,
      custom_fields: [
        { name: 'environment', value: 'production' },
        { name: 'teams', value: ['a', 'b'] },
        { name: '__proto__', value: 'x' },
      ],
      changed_custom_fields: [{ name: 'environment', value: 'staging' }],
    };
    expect(given('incident.custom_field_values.updated', data)).toMatchObject({
      environment: 'production',
      summary: 'custom field values updated: environment = production, teams = a, b',
    });
  });
});

describe('the severity', () => {
  test.each([
    ['P1', 'critical'],
    ['SEV1', 'critical'],
    ['sev-2', 'error'],
    ['P3 - minor', 'warning'],
    ['P4', 'info'],
    ['P5', 'info'],
  ])('given the priority %s, then it is %s', (summary, severity) => {
    expect(given('incident.triggered', { ...incident, priority: { summary } })).toMatchObject({ severity });
  });

  test('given a priority of another name, then it is not known', () => {
    for (const summary of ['Whatever', 'P10', null]) {
      expect(given('incident.triggered', { ...incident, priority: { summary } })).not.toHaveProperty('severity');
    }
  });

  test('given no priority, then the urgency says it', () => {
    expect(given('incident.triggered', incident)).toMatchObject({ severity: 'error' });
    expect(given('incident.triggered', { ...incident, urgency: 'low' })).toMatchObject({ severity: 'warning' });
  });
});

describe('what is malformed', () => {
  test('given a webhook v2, then it is refused with what to do', () => {
    expect(() => pagerDutyIntake({ messages: [{ event: 'incident.trigger' }] })).toThrow(/webhook v2.*v3/);
  });

  test('given no event or no type, then it is refused', () => {
    for (const payload of [{}, { event: [] }, { event: {} }]) {
      expect(() => pagerDutyIntake(payload)).toThrow(MalformedPage);
    }
  });
});

describe('a signature', () => {
  const body = Buffer.from('{"event": {}}\n');
  const sign = (secret: string, of: Uint8Array = body) => `v1=${createHmac('sha256', secret).update(of).digest('hex')}`;

  test.each([
    ['the right one', true, sign('a'), ['a']],
    ['the second of two, after a blank', true, `${sign('x')}, ${sign('a')}`, ['a']],
    ['a second secret during rotation', true, sign('b'), ['a', 'b']],
    ['a secret that was rotated out', false, sign('old'), ['a', 'b']],
    ['a body that was changed', false, sign('a', Buffer.from('{"event":{}}')), ['a']],
    ['one that is truncated', false, sign('a').slice(0, -2), ['a']],
    ['another version', false, sign('a').replace('v1', 'v0'), ['a']],
    ['another version beside it', true, `v2=abc,${sign('a')}`, ['a']],
    ['none', false, undefined, ['a']],
    ['no secrets', false, sign('a'), []],
    ['a secret that is empty', false, sign(''), ['']],
  ])('given %s, then it is %s', (_case, expected, header, secrets) => {
    expect(isSignedByPagerDuty(header, body, secrets)).toBe(expected);
  });

  test('given any header, then nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => !isSignedByPagerDuty(`v1=${header}`, body, ['a'])),
    );
  });
});

test('given any JSON, or a sample that was spoilt, then there are pages or a refusal', () => {
  const samples = ['06', '07', '08', '10'].map((number) => spoilt(fixture('pagerduty-webhook-v3', number)));
  expectHeld(pagerDutyIntake, fc.oneof(anyJson, ...samples), MalformedPage);
});

test('given a payload, then it is passed through untouched', () => {
  const payload = event('incident.triggered', incident);
  expect(pagerDutyIntake(payload)[0]).toHaveProperty('payload', payload);
});
