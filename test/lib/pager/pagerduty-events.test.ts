import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeIntake,
  eventsIntake,
  needsDedupKey,
  readChange,
  readEvent,
} from '../../../lib/pager/pagerduty-events.ts';
import { InvalidEvent, invalidRoutingKey, unrecognizedEvent } from '../../../lib/pager/pagerduty-refusals.ts';
import { anyJson, expectHeld, fixture, only, spoilt } from './payload.ts';

const key = 'e93facc04764012d7bfb002500d5d1a6';
const alert = { summary: 'Disk full', source: 'db-3', severity: 'critical' };
const trigger = { routing_key: key, event_action: 'trigger', dedup_key: 'srv01/mysql', payload: alert };
const given = (more: object) => only(eventsIntake({ ...trigger, ...more }, 'made'));
const withDetails = (custom_details: unknown) => given({ payload: { ...alert, custom_details } });

const refusalOf = (payload: unknown) => {
  try {
    readEvent(payload);
  } catch (error) {
    return (error as InvalidEvent).body;
  }
  return undefined;
};
const faultsOf = (more: object) => refusalOf({ ...trigger, ...more })?.errors;

describe('the samples', () => {
  test('01, whose routing key is a placeholder, is refused as PagerDuty does', () => {
    expect(refusalOf(fixture('pagerduty-events-v2', '01'))).toEqual({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
    });
  });

  test('01 with a routing key, and 05, trigger', () => {
    const first = { ...(fixture('pagerduty-events-v2', '01') as object), routing_key: key };
    expect(only(eventsIntake(first, ''))).toMatchObject({
      action: 'trigger',
      episode: 'samplekeyhere',
      severity: 'info',
    });
    expect(only(eventsIntake(fixture('pagerduty-events-v2', '05'), ''))).toEqual({
      action: 'trigger',
      episode: 'srv01/mysql',
      title: 'DISK at 99% on machine prod-datapipe03.example.com',
      severity: 'critical',
      labels: {
        'free space': '1%',
        'ping time': '1500ms',
        'load avg': '0.75',
        source: 'prod-datapipe03.example.com',
        component: 'mysql',
        group: 'prod-datapipe',
        class: 'disk',
        client: 'Sample Monitoring Service',
      },
      links: [
        { href: 'http://pagerduty.example.com', text: 'An example link.' },
        { href: 'https://monitoring.service.com', text: 'Sample Monitoring Service' },
        { href: 'https://google.com', text: 'An example link with an image' },
      ],
    });
  });

  test('02 with a routing key acknowledges', () => {
    const payload = { ...(fixture('pagerduty-events-v2', '02') as object), routing_key: key };
    expect(only(eventsIntake(payload, ''))).toMatchObject({ action: 'acknowledge', episode: 'dedupkeyhere' });
  });

  test('07, a change, is ignored', () => {
    expect(only(changeIntake(fixture('pagerduty-events-v2', '07')))).toEqual({
      ignored: 'a change event opens no incident',
    });
  });
});

describe('a refusal', () => {
  test.each([
    [{ routing_key: undefined }, "'routing_key' is missing or blank"],
    [{ routing_key: `${key.slice(1)}-` }, "'routing_key' cannot contain non-alphanumeric characters."],
    [{ event_action: ' ' }, "'event_action' is missing or blank"],
    [{ payload: { ...alert, severity: undefined } }, "'payload.severity' is missing or blank"],
    [{ payload: { ...alert, source: '' } }, "'payload.source' is missing or blank"],
    [{ payload: { ...alert, summary: null } }, "'payload.summary' is missing or blank"],
    [
      { payload: { ...alert, severity: 'Critical' } },
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    [{ event_action: 'resolve', dedup_key: undefined }, "'dedup_key' is missing or blank"],
  ])('given %j, then it is said in the words of PagerDuty', (more, fault) => {
    expect(faultsOf(more)).toEqual([fault]);
  });

  test('given an empty object, then every fault is listed', () => {
    expect(refusalOf({})?.errors).toEqual(["'routing_key' is missing or blank", "'event_action' is missing or blank"]);
  });

  test('given an action that is none, or a key that is too long, then it is refused', () => {
    expect(faultsOf({ event_action: 'constructor' })).toHaveLength(1);
    expect(faultsOf({ dedup_key: 'k'.repeat(256) })).toHaveLength(1);
    expect(faultsOf({ dedup_key: 'k'.repeat(255) })).toBeUndefined();
  });

  test('given no object, then the object is not recognized', () => {
    const body = {
      status: 'Unrecognized object',
      message: 'Event object format is unrecognized',
      errors: ['JSON parse error'],
    };
    expect(unrecognizedEvent().body).toEqual(body);
    expect([null, [], 'x', 1].map(refusalOf)).toEqual([body, body, body, body]);
  });

  test('given a key that nobody was given, then the door has the words for it', () => {
    expect(invalidRoutingKey().body.errors).toEqual(['Invalid routing key']);
  });
});

describe('a trigger', () => {
  test('given no dedup_key, then one is needed, and the one that was made names the episode', () => {
    const { dedup_key: _key, ...rest } = trigger;
    expect(needsDedupKey(readEvent(rest))).toBe(true);
    expect(needsDedupKey(readEvent(trigger))).toBe(false);
    expect(only(eventsIntake(rest, 'made'))).toMatchObject({ episode: 'made' });
  });

  test('given fields that are not known and a timestamp that is no RFC 3339, then it is taken', () => {
    const payload = { ...alert, timestamp: '2015-07-17T08:42:58.315+0000', more: 1 };
    expect(given({ payload, event_type: 'x' })).toMatchObject({ action: 'trigger' });
  });

  test('given a summary of several lines and 2,000 characters, then the title is its beginning and the summary all', () => {
    const summary = `first\nsecond\u202E ${'x'.repeat(2_000)}`;
    const page = given({ payload: { ...alert, summary } });
    expect(page).toMatchObject({ title: expect.stringMatching(/^first second x+…$/), summary });
  });

  test('given details that name them, then service and environment are those, in any of the usual names', () => {
    expect(withDetails({ service: 'checkout', env: 'staging' })).toMatchObject({
      service: 'checkout',
      environment: 'staging',
    });
    expect(withDetails({ 'deployment.environment': 'production' })).toMatchObject({ environment: 'production' });
  });

  test('given details that are text, or links that are none, then they are passed over', () => {
    const page = withDetails('all is lost');
    expect(page).not.toHaveProperty('environment');
    expect(given({ links: [{ href: 'javascript:alert(1)' }, 'x'], client_url: '?orgId=1' })).toMatchObject({
      links: [],
    });
  });
});

describe('the details of Alertmanager and Grafana', () => {
  const firing = (...labels: object[]) => labels.map((each) => ({ status: 'firing', labels: each, annotations: {} }));

  test('given lists of alerts, then what all of them say is taken, and what they say apart is not', () => {
    const page = withDetails({
      firing: firing({ env: 'production', job: 'api', severity: 'warning' }, { env: 'production', job: 'web' }),
      resolved: firing({ env: 'staging' }),
      num_firing: '2',
    });
    expect(page).toMatchObject({
      environment: 'production',
      severity: 'critical',
      labels: { env: 'production', num_firing: '2' },
    });
    expect(page).not.toHaveProperty('service');
  });

  test('given only resolved alerts, then theirs are taken', () => {
    const details = { firing: [], resolved: firing({ stage: 'production', app: 'shop' }) };
    const payload = { ...alert, custom_details: details };
    expect(given({ event_action: 'resolve', payload })).toMatchObject({ environment: 'production', service: 'shop' });
  });

  test('given the text of alerts, then its labels are read, and no annotation', () => {
    const one = (env: string) =>
      `\nValue: A=1\nLabels:\n - alertname = Slow\n - environment = ${env}\n - severity = critical\nAnnotations:\n - service = no label\nSource: https://grafana.example\n`;
    expect(withDetails({ firing: one('production') + one('production'), resolved: '' })).toMatchObject({
      environment: 'production',
      labels: { alertname: 'Slow', severity: 'critical' },
    });
    const apart = withDetails({ firing: one('production') + one('staging') });
    expect(apart).not.toHaveProperty('environment');
    expect(apart).not.toHaveProperty('service');
  });
});

describe('Uptime Kuma', () => {
  test('given its test button, which is a real trigger, then it triggers', () => {
    const payload = { summary: '[Uptime Kuma Alert] [undefined] Testing', severity: 'warning', source: 'Test Button' };
    expect(given({ dedup_key: 'Uptime Kuma/test', payload })).toMatchObject({ episode: 'Uptime Kuma/test' });
  });

  test('given an acknowledgement for a resolution, then it acknowledges: the key is all there is', () => {
    expect(
      only(eventsIntake({ routing_key: key, event_action: 'acknowledge', dedup_key: 'Uptime Kuma/3' }, '')),
    ).toEqual({ action: 'acknowledge', episode: 'Uptime Kuma/3', title: 'Uptime Kuma/3', labels: {}, links: [] });
  });
});

describe('a change', () => {
  test('given only a summary, then it is taken; without one it is refused', () => {
    expect(readChange({ routing_key: key, payload: { summary: 'Deployed' } })).toEqual({ routingKey: key });
    expect(() => readChange({ routing_key: key, payload: {} })).toThrow("'payload.summary' is missing or blank");
  });
});

test('given any JSON, or a sample that was spoilt, then there are pages or a refusal', () => {
  const full = { ...trigger, payload: { ...alert, custom_details: { firing: [{ labels: { env: 'x' } }], a: 1 } } };
  const samples = [full, fixture('pagerduty-events-v2', '05'), fixture('pagerduty-events-v2', '07')].map(spoilt);
  expectHeld((payload) => eventsIntake(payload, 'made'), fc.oneof(anyJson, ...samples), InvalidEvent);
  expectHeld(changeIntake, fc.oneof(anyJson, ...samples), InvalidEvent);
});

test('given a payload, then it is passed through untouched, without the credential in it', () => {
  const { routing_key: _credential, ...event } = trigger;
  expect(eventsIntake(trigger, '')[0]).toHaveProperty('payload', event);
});
