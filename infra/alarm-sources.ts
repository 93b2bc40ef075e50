import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './function.ts';
import { DeadLetters } from './queue-rights.ts';

type Options = {
  target: ServiceFunction;
  alarmTopics: readonly string[];
  alarmEvents: boolean;
  deadLetters: Queue;
};

/**
 * A page is given up while somebody can still act on it. Lambda keeps an event that it cannot run, for want of concurrency
 * or by a fault of its own, for six hours unless told otherwise, and counts no error of the function; this is some ten tries.
 * Three runs that fail, a minute and two apart, take less (AWS Lambda developer guide, "How Lambda handles errors and
 * retries with asynchronous invocation").
 */
const MAX_EVENT_AGE = Duration.minutes(15);

/**
 * The ways on which AWS brings CloudWatch's alarms: topics, EventBridge, and the function as an alarm's own action.
 * Each invokes asynchronously, so what fails three times, or cannot be run in time, is kept.
 */
export class AlarmSources extends Construct {
  constructor(scope: Construct, id: string, { target, alarmTopics, alarmEvents, deadLetters }: Options) {
    super(scope, id);
    const { lambda } = target;
    lambda.configureAsyncInvoke({ maxEventAge: MAX_EVENT_AGE, onFailure: new DeadLetters(deadLetters) });
    lambda.addPermission('AlarmActions', {
      principal: new ServicePrincipal('lambda.alarms.cloudwatch.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    for (const arn of alarmTopics) Topic.fromTopicArn(this, arn, arn).addSubscription(new LambdaSubscription(lambda));
    if (alarmEvents) this.#ruleTo(target);
  }

  /** Not this service's own alarms: one that is down cannot page itself, and a failing page would page again. */
  #ruleTo({ lambda }: ServiceFunction): void {
    const own = `${Stack.of(this).stackName}-`;
    new Rule(this, 'States', {
      description: "CloudWatch's alarms as pages",
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.anythingButPrefix(own) },
      },
      targets: [new LambdaFunction(lambda)],
    });
  }
}
