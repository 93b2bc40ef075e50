import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmMessageIntake, cloudWatchIntake } from '../../../lib/pager/cloudwatch.ts';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import { anyJson, expectHeld, fixture, only, spoilt } from './payload.ts';

const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout 5xx';
const message = {
  AlarmName: 'checkout 5xx',
  AlarmDescription: null,
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed',
  StateChangeTime: '2026-11-23T10:00:00.123+0000',
  Region: 'EU (Ireland)',
  AlarmArn: arn,
  OldStateValue: 'OK',
};
const invocation = {
  source: 'aws.cloudwatch',
  alarmArn: arn,
  accountId: '123456789012',
  time: '2026-11-23T10:00:00.123+0000',
  region: 'eu-west-1',
  alarmData: {
    alarmName: 'checkout 5xx',
    state: { value: 'ALARM', reason: 'test', timestamp: '2026-11-23T10:00:00.123+0000' },
    previousState: { value: 'OK' },
    configuration: { description: 'too many errors', alarmRule: 'ALARM(a) OR ALARM(b)' },
  },
};
const given = (more: object) => only(alarmMessageIntake(JSON.stringify({ ...message, ...more }), 'm-1'));
const event = (more: object, detail: object = {}) => {
  const sample = fixture('cloudwatch-eventbridge', '01') as { detail: object };
  return only(cloudWatchIntake({ ...sample, ...more, detail: { ...sample.detail, ...detail } }));
};

describe('the samples', () => {
  test('a bare message without an ARN triggers; its region is for people and names nothing', () => {
    expect(only(cloudWatchIntake(fixture('cloudwatch-alarm-message', '01')))).toEqual({
      action: 'trigger',
      episode: '000000000000/Example',
      title: 'Example',
      summary: 'Example alarm description.\nThreshold Crossed',
      labels: { account: '000000000000' },
      links: [],
    });
  });

  test('a bare message, and the same by SNS and Lambda, are one episode', () => {
    const bare = only(cloudWatchIntake(fixture('cloudwatch-alarm-message', '02')));
    expect(bare).toMatchObject({
      action: 'trigger',
      episode: 'arn:aws:cloudwatch:REGION:ACCOUNT_NUMBER:alarm:EXAMPLE',
      title: 'EXAMPLE',
      labels: { InstanceId: 'TestInstance', namespace: 'AWS/EC2', metric: 'NetworkOut', account: '123456789012' },
    });
    expect(only(cloudWatchIntake(fixture('cloudwatch-sns-lambda', '01')))).toEqual({
      ...bare,
      delivery: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
    });
  });

  test('an alarm on several metrics triggers, by SNS and by EventBridge', () => {
    expect(only(cloudWatchIntake(fixture('cloudwatch-sns-lambda', '02')))).toMatchObject({
      action: 'trigger',
      labels: { InstanceId: 'TestInstance', metric: 'NetworkOut' },
    });
    expect(only(cloudWatchIntake(fixture('cloudwatch-eventbridge', '02')))).toMatchObject({
      action: 'trigger',
      title: 'TotalNetworkTrafficTooHigh',
      labels: { metric: 'NetworkIn' },
    });
  });

  test('an event of EventBridge triggers', () => {
    expect(only(cloudWatchIntake(fixture('cloudwatch-eventbridge', '01')))).toEqual({
      action: 'trigger',
      episode: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh',
      delivery: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
      title: 'ServerCpuTooHigh',
      summary: expect.stringMatching(/^Goes into alarm when .*\nThreshold Crossed: /),
      labels: {
        InstanceId: 'i-12345678901234567',
        namespace: 'AWS/EC2',
        metric: 'CPUUtilization',
        account: '123456789012',
        region: 'us-east-1',
      },
      links: [
        {
          href: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/ServerCpuTooHigh',
          text: 'Alarm in CloudWatch',
        },
      ],
    });
  });
});

describe('a state', () => {
  test.each([
    ['ALARM', 'trigger'],
    ['OK', 'resolve'],
    ['INSUFFICIENT_DATA', 'update'],
  ])('given %s, then it is taken as %s', (NewStateValue, action) => {
    expect(given({ NewStateValue })).toMatchObject({ action, episode: arn, delivery: 'm-1' });
  });

  test('given one that is not known, then it is ignored', () => {
    expect(given({ NewStateValue: 'constructor' })).toEqual({ ignored: 'the alarm is in no state that is known here' });
  });
});

describe('the region', () => {
  test('given an ARN, then it is that of the ARN, and leads to the console', () => {
    expect(given({})).toMatchObject({
      labels: { region: 'eu-west-1' },
      links: [
        {
          href: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/checkout%205xx',
        },
      ],
    });
  });

  test('given an ARN that is none, then nothing leads anywhere', () => {
    expect(given({ AlarmArn: 'arn:aws:cloudwatch:evil.example/#:123456789012:alarm:x' })).toMatchObject({ links: [] });
  });
});

describe('the tags of an alarm', () => {
  const said = { environment: 'production', severity: 'critical', service: 'checkout' };

  test.each([
    [{ env: 'production', Severity: 'P1', service: 'checkout' }],
    [
      [
        { Key: 'env', Value: 'production' },
        { Key: 'Severity', Value: 'critical' },
        { Key: 'service', Value: 'checkout' },
      ],
    ],
  ])('given %j, then severity, environment and service are in them, in every envelope', (tags) => {
    expect(given({ AlarmTags: tags, AlarmTagsStatus: 'SUCCESS' })).toMatchObject(said);
    expect(event({}, { alarmTags: tags })).toMatchObject(said);
    expect(only(cloudWatchIntake({ ...invocation, alarmTags: tags }))).toMatchObject(said);
  });

  test('given only a dimension of that name, then it says what is measured, and no more', () => {
    const page = given({ Trigger: { MetricName: 'CPU', Dimensions: [{ name: 'ServiceName', value: 'checkout' }] } });
    expect(page).toMatchObject({ labels: { ServiceName: 'checkout' } });
    expect(page).not.toHaveProperty('service');
  });
});

describe('EventBridge', () => {
  test('given a change of configuration, then it is ignored', () => {
    expect(event({ 'detail-type': 'CloudWatch Alarm Configuration Change' })).toHaveProperty('ignored');
  });

  test('given actions that are suppressed, then it is ignored', () => {
    expect(event({}, { state: { value: 'ALARM', actionsSuppressedBy: 'Alarm' } })).toEqual({
      ignored: 'the actions of the alarm are suppressed',
    });
  });

  test('given actions that are suppressed when it is well again, then it is resolved', () => {
    expect(event({}, { state: { value: 'OK', actionsSuppressedBy: 'Alarm' } })).toMatchObject({ action: 'resolve' });
  });

  test('given no ARN, then account, region and name are the episode', () => {
    expect(event({ resources: [] })).toMatchObject({ episode: '123456789012/us-east-1/ServerCpuTooHigh' });
  });

  test('given an event that came by a topic, then it is read as well', () => {
    const written = JSON.stringify(fixture('cloudwatch-eventbridge', '01'));
    expect(only(alarmMessageIntake(written, 'm-1'))).toMatchObject({ action: 'trigger', title: 'ServerCpuTooHigh' });
  });
});

test('given the direct invocation by a composite alarm, then it triggers', () => {
  expect(only(cloudWatchIntake(invocation))).toMatchObject({
    action: 'trigger',
    episode: arn,
    summary: 'too many errors\ntest',
    labels: { account: '123456789012', region: 'eu-west-1' },
  });
});

describe('what is no alarm', () => {
  test('given other messages of a topic, then they are ignored', () => {
    for (const other of ['Hello world!', '', '{"AlarmName": "x"}', '[]', 'null']) {
      expect(only(alarmMessageIntake(other))).toEqual({ ignored: 'a message of SNS that is no alarm of CloudWatch' });
    }
  });

  test('given an invocation by something else, then it is refused', () => {
    for (const other of [null, {}, { Records: [{}] }, { source: 'aws.ec2', 'detail-type': 'x' }]) {
      expect(() => cloudWatchIntake(other)).toThrow(MalformedPage);
    }
  });

  test('given several records, then each has its page', () => {
    const { Records } = fixture('cloudwatch-sns-lambda', '01') as { Records: unknown[] };
    expect(cloudWatchIntake({ Records: [...Records, ...Records] })).toHaveLength(2);
  });
});

test('given any JSON, or a sample that was spoilt, then there are pages or a refusal', () => {
  const tagged = {
    ...message,
    AlarmTags: [{ Key: 'env', Value: 'x' }],
    Trigger: { Dimensions: [{ name: 'a', value: 'b' }] },
  };
  const all = [
    fixture('cloudwatch-alarm-message', '02'),
    fixture('cloudwatch-eventbridge', '02'),
    fixture('cloudwatch-sns-lambda', '02'),
    tagged,
    invocation,
  ];
  expectHeld(cloudWatchIntake, fc.oneof(anyJson, ...all.map(spoilt)), MalformedPage);
  const flat = fc.oneof(fc.jsonValue(), spoilt(tagged));
  expectHeld((json) => alarmMessageIntake(JSON.stringify(json)), flat, MalformedPage);
  expectHeld((written) => alarmMessageIntake(String(written)), fc.string({ unit: 'binary' }), MalformedPage);
});

test('given a payload, then it is passed through untouched: that of SNS as the message holds it', () => {
  expect(cloudWatchIntake(invocation)[0]).toHaveProperty('payload', invocation);
  expect(alarmMessageIntake(JSON.stringify(message))[0]).toHaveProperty('payload', message);
});
