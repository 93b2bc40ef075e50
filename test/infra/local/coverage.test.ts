import { expect, test } from 'vitest';
import { refuseUnknown } from '../../../infra/local/coverage.ts';
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
])('given %s in the template, when it is started, then it is taken', (type) => {
  expect(() => refuseUnknown(templateOf(type))).not.toThrow();
});

test('given a resource that does not run here, when the template is started, then it is refused by name', () => {
  expect(() => refuseUnknown(templateOf('AWS::Scheduler::Schedule'))).toThrow(
    'the local stack does not know AWS::Scheduler::Schedule (Thing of the template)',
  );
});

test('given a subscriber that gets nothing here, when the template is started, then it is refused by name', () => {
  expect(() => refuseUnknown(templateOf('AWS::SNS::Subscription', { Protocol: 'lambda' }))).toThrow(
    'the local stack does not deliver to lambda (Thing of the template)',
  );
});
