import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { named, propertiesOf, SYNTHESIS_MS, synthesized } from '../support/synthesis.ts';

const topics = ['arn:aws:sns:eu-west-1:123456789012:alarms', 'arn:aws:sns:us-east-1:123456789012:more'];

let bare: Template;
let subscribed: Template;

beforeAll(async () => {
  bare = await synthesized();
  subscribed = await synthesized({ stage: 'dev', alarmTopics: topics, alarmEvents: true });
}, SYNTHESIS_MS);

const FUNCTION = 'PagerscloudwatchFunction';

/** Who may invoke the function that has no route, and from where. */
const admitted = (template: Template) =>
  propertiesOf(template, 'AWS::Lambda::Permission')
    .map((properties) => named(properties) as Record<string, string>)
    .filter(({ FunctionName }) => FunctionName === `${FUNCTION}.Arn`)
    .map(({ Principal, SourceArn, SourceAccount }) => [Principal, SourceArn ?? SourceAccount]);

describe('the alarms of CloudWatch', () => {
  test('given nothing in the context, then only those of this account may invoke the function, as their own action', () => {
    expect(admitted(bare)).toEqual([['lambda.alarms.cloudwatch.amazonaws.com', 'AWS::AccountId']]);
    expect(propertiesOf(bare, 'AWS::Events::Rule')).toEqual([]);
    expect(propertiesOf(bare, 'AWS::SNS::Subscription')).toEqual([]);
  });

  test('given topics in the context, then the function is subscribed to each where it lies, and takes from no other', () => {
    expect(admitted(subscribed)).toEqual(expect.arrayContaining(topics.map((topic) => ['sns.amazonaws.com', topic])));
    const subscriptions = propertiesOf(subscribed, 'AWS::SNS::Subscription').map((each) => named(each));
    expect(subscriptions).toEqual(
      topics.map((TopicArn) => ({
        Protocol: 'lambda',
        TopicArn,
        Endpoint: `${FUNCTION}.Arn`,
        Region: TopicArn.split(':')[3],
      })),
    );
  });

  test("given alarmEvents, then EventBridge brings every change of state but those of the service's own alarms", () => {
    const [rule, ...more] = propertiesOf(subscribed, 'AWS::Events::Rule');
    expect(more).toEqual([]);
    expect(rule).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ 'anything-but': { prefix: 'HotfixControlPlane-dev-' } }] },
      },
    });
    expect(admitted(subscribed)).toContainEqual(['events.amazonaws.com', 'PagersAlarmsStates.Arn']);
  });

  test('given one that fails three times or cannot be run for a quarter of an hour, then it is kept for as long as a queue can', () => {
    expect(propertiesOf(bare, 'AWS::Lambda::EventInvokeConfig').map(named)).toEqual([
      {
        FunctionName: FUNCTION,
        Qualifier: '$LATEST',
        MaximumEventAgeInSeconds: 900,
        DestinationConfig: { OnFailure: { Destination: 'PagersDeadLetters.Arn' } },
      },
    ]);
    const queues = propertiesOf(bare, 'AWS::SQS::Queue').filter(({ RedrivePolicy }) => !RedrivePolicy);
    for (const queue of queues) expect(queue).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
  });
});
