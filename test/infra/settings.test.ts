import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadContext, settingsOf } from '../../infra/settings.ts';

const nobody = { directives: [], hitl: [], operations: [] };
const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const email = { protocol: 'email', endpoint: 'oncall@example.com' };

test('given no context, then production with the contract of the defaults', () => {
  expect(settingsOf({})).toEqual({
    stage: 'prod',
    subscribers: nobody,
    ackTimeout: 300,
    fixTimeout: { hotfix: 3_600, emergency: 3_600 },
    verificationTimeout: 1_800,
    obligationTimeout: 900,
    reviewTimeout: { hotfix: 172_800, emergency: 86_400 },
    reviewReminder: 86_400,
    decisionTimeout: 86_400,
    digestInterval: 10,
    alarmTopics: [],
    alarmEvents: false,
    webhooks: false,
    mcpAllowedOrigins: [],
    throttleRate: 2_000,
    throttleBurst: 4_000,
    logRetentionDays: 90,
  });
});

test('given text, as `cdk -c` hands it over, then numbers and lists are read from it', () => {
  const settings = settingsOf({
    throttleRate: '50',
    subscribers: JSON.stringify({ hitl: [email] }),
    alarmTopics: JSON.stringify([topic]),
    alarmEvents: 'true',
    webhooks: 'true',
  });
  expect(settings).toMatchObject({
    throttleRate: 50,
    subscribers: { ...nobody, hitl: [email] },
    alarmTopics: [topic],
    alarmEvents: true,
    webhooks: true,
  });
});

test('given one number for a deadline that flows have apart, then hotfix and emergency have it', () => {
  const both = { hotfix: 60, emergency: 60 };
  expect(settingsOf({ fixTimeout: 60, reviewTimeout: '60' })).toMatchObject({ fixTimeout: both, reviewTimeout: both });
});

test('given flows by name, then a fix has a deadline in those only, and a review in all', () => {
  const settings = settingsOf({ fixTimeout: '{ "bugfix": 7200 }', reviewTimeout: { emergency: 3_600 } });
  expect(settings.fixTimeout).toEqual({ bugfix: 7_200 });
  expect(settings.reviewTimeout).toEqual({ hotfix: 172_800, emergency: 3_600 });
});

test("given CDK's own context beside ours, then it is passed over", () => {
  const own = { '@aws-cdk/core:newStyle': true, 'aws:cdk:enable-path-metadata': true, 'cli-telemetry': false };
  expect(settingsOf({ ...own, stage: 'dev' }).stage).toBe('dev');
});

test('every setting stands in docs/deploy.md with its default', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  for (const [name, value] of Object.entries(settingsOf({ notifierConcurrency: 1 }))) {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``)) ?? '';
    expect(row, name).not.toBe('');
    if (!['subscribers', 'notifierConcurrency', 'alarmTopics', 'mcpAllowedOrigins'].includes(name))
      expect(row.split('|')[2]).toContain(typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
});

const withHitl = (subscriber: object) => ({ subscribers: { hitl: [subscriber] } });

describe('a context that is refused, by name, before anything is made', () => {
  test.each([
    [{ stages: 'dev' }, '"stages"'],
    [{ 'log-retention-days': 30 }, '"log-retention-days"'],
    [{ stage: 'Prod' }, 'stage:'],
    [{ stage: 'dev-' }, 'stage:'],
    [{ stage: 7 }, 'stage:'],
    [{ obligationTimeout: 0 }, 'obligationTimeout:'],
    [{ obligationTimeout: '' }, 'obligationTimeout:'],
    [{ reviewTimeout: '2 days' }, 'reviewTimeout:'],
    [{ reviewTimeout: 1.5 }, 'reviewTimeout.hotfix:'],
    [{ ackTimeout: 31_536_001 }, 'ackTimeout:'],
    [{ fixTimeout: 0 }, 'fixTimeout.hotfix:'],
    [{ fixTimeout: { review: 60 } }, '"review"'],
    [{ fixTimeout: { bugfix: '1h' } }, 'fixTimeout.bugfix:'],
    [{ reviewTimeout: { bugfix: 60 } }, '"bugfix"'],
    [{ verificationTimeout: null }, 'verificationTimeout:'],
    [{ reviewReminder: -1 }, 'reviewReminder:'],
    [{ digestInterval: 901 }, 'digestInterval:'],
    [{ throttleRate: -1 }, 'throttleRate:'],
    [{ throttleBurst: 1e9 }, 'throttleBurst:'],
    [{ logRetentionDays: 31 }, 'logRetentionDays:'],
    [{ notifierConcurrency: 0 }, 'notifierConcurrency:'],
    [{ alarmTopics: topic }, 'alarmTopics:'],
    [{ alarmTopics: ['alarms'] }, 'alarmTopics.0:'],
    [{ alarmTopics: [`${topic}.fifo`] }, 'alarmTopics.0:'],
    [{ alarmTopics: [topic, topic] }, 'alarmTopics:'],
    [{ alarmEvents: 'yes' }, 'alarmEvents:'],
    [{ webhooks: 'yes' }, 'webhooks:'],
    [{ subscribers: 'oncall@example.com' }, 'subscribers:'],
    [{ subscribers: { pages: [] } }, '"pages"'],
    [withHitl({ protocol: 'fax', endpoint: '1' }), 'subscribers.hitl.0.protocol:'],
    [withHitl({ protocol: 'email', endpoint: 'oncall' }), 'subscribers.hitl.0.endpoint:'],
    [withHitl({ protocol: 'sms', endpoint: '0151 234567' }), 'subscribers.hitl.0.endpoint:'],
    [withHitl({ protocol: 'https', endpoint: 'http://example.com' }), 'subscribers.hitl.0.endpoint:'],
    [
      withHitl({ protocol: 'sqs', endpoint: 'https://sqs.eu-west-1.amazonaws.com/1/q' }),
      'subscribers.hitl.0.endpoint:',
    ],
    [
      withHitl({ protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:123456789012:q.fifo' }),
      'subscribers.hitl.0.endpoint:',
    ],
    [withHitl({ ...email, filterPolicy: {} }), '"filterPolicy"'],
    [withHitl({ ...email, filter: { priority: ['P0'] } }), 'subscribers.hitl.0.filter.priority.0:'],
    [withHitl({ ...email, filter: { toRole: [] } }), 'subscribers.hitl.0.filter.toRole:'],
    [withHitl({ ...email, filter: { severity: ['high'] } }), '"severity"'],
    [{ subscribers: { operations: [{ ...email, filter: { priority: ['P0-Critical'] } }] } }, 'subscribers.operations:'],
  ])('%j', (context, fault) => {
    expect(() => settingsOf(context)).toThrow(BadContext);
    expect(() => settingsOf(context)).toThrow(fault);
  });

  test('given several faults, then all are named at once', () => {
    const faults = () => settingsOf({ stage: '', throttleRate: 'much', retention: 30 });
    for (const fault of ['stage:', 'throttleRate:', '"retention"']) expect(faults).toThrow(fault);
  });
});
