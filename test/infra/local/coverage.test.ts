import { expect, test } from 'vitest';
import { notRun, refuseUnknown } from '../../../infra/local/coverage.ts';
import type { Properties, Template } from '../../../infra/local/template.ts';

const templateOf = (Type: string, Properties: Properties = {}): Template => ({
  stackName: 'small',
  resources: { Thing: { Type, Properties } },
  outputs: {},
  assetDirectory: () => '',
});

test.each([
  'AWS::Lambda::Function',
  'AWS::IAM::Role',
  'AWS::Logs::MetricFilter',
  'AWS::SNS::TopicPolicy',
  'AWS::CDK::Metadata',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Events::Rule',
])('given %s in the template, when it is started, then it is taken', (type) => {
  expect(() => refuseUnknown(templateOf(type))).not.toThrow();
});

test('given a resource that does not run here, when the template is started, then it is refused by name', () => {
  expect(() => refuseUnknown(templateOf('AWS::Scheduler::Schedule'))).toThrow(
    'the local stack does not know AWS::Scheduler::Schedule (Thing of the template)',
  );
});

test('given a subscriber that gets nothing here, when the template is started, then it is refused by name', () => {
  expect(() => refuseUnknown(templateOf('AWS::SNS::Subscription', { Protocol: 'firehose' }))).toThrow(
    'the local stack does not deliver to firehose (Thing of the template)',
  );
});

test('given a rule of EventBridge, when the template is started, then it is said that nothing of it runs here', () => {
  expect(notRun(templateOf('AWS::Events::Rule'))).toEqual([
    'not run here: Thing (AWS::Events::Rule): no alarm of CloudWatch changes its state on this machine',
  ]);
  expect(notRun(templateOf('AWS::Lambda::Function'))).toEqual([]);
});
