import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import type { Channel } from '../lib/model.ts';
import type { ServiceFunction } from './function.ts';
import type { Settings, Subscriber } from './settings.ts';

const protocols = {
  email: SubscriptionProtocol.EMAIL,
  sms: SubscriptionProtocol.SMS,
  https: SubscriptionProtocol.HTTPS,
  sqs: SubscriptionProtocol.SQS,
} as const satisfies Record<Subscriber['protocol'], SubscriptionProtocol>;

/** What a subscriber gets of what is published: docs/adr/0100-digests.md. */
const channelOf = {
  email: 'email',
  sms: 'sms',
  https: 'machine',
  sqs: 'machine',
} as const satisfies Record<Subscriber['protocol'], Channel>;

/**
 * SNS gives an HTTPS endpoint up after 3 retries within a minute unless told otherwise, less than a deployment of the
 * receiver takes. These come to about 50 minutes, of the hour that it allows (Amazon SNS developer guide, "Message
 * delivery retries"). AWS's own endpoints it tries for 23 days, email and SMS for 6 hours, as it is.
 */
const patience = {
  healthyRetryPolicy: {
    numRetries: 60,
    numNoDelayRetries: 1,
    numMaxDelayRetries: 40,
    minDelayTarget: Duration.seconds(5),
    maxDelayTarget: Duration.seconds(60),
  },
};

type Subscribed = Omit<Subscriber, 'filter'> & {
  filter?: { [attribute: string]: readonly string[] | undefined } | undefined;
};

/** Alarms of CloudWatch carry no attributes: this is for the topics of the flow. */
const byChannel = (subscriber: Subscriber): Subscribed => ({
  ...subscriber,
  filter: { channels: [channelOf[subscriber.protocol]], ...subscriber.filter },
});

/** The topics that people and machines subscribe to: two for the flow, one for the service's own alarms. */
export class Notifications extends Construct {
  readonly directives: Topic;
  readonly hitl: Topic;
  readonly operations: Topic;

  constructor(scope: Construct, id: string, { subscribers }: Pick<Settings, 'subscribers'>) {
    super(scope, id);
    this.directives = this.#topic('Directives', 'Hotfix', subscribers.directives.map(byChannel));
    this.hitl = this.#topic('Hitl', 'Hotfix', subscribers.hitl.map(byChannel));
    this.operations = this.#topic('Operations', 'Hotfix service', subscribers.operations);
    // A topic that has a policy loses the one it was born with, which let this account's alarms publish.
    this.operations.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.operations.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  bindPublish(publisher: ServiceFunction): void {
    publisher.set(env.directivesTopic, this.directives.topicArn);
    publisher.set(env.hitlTopic, this.hitl.topicArn);
    publisher.allow(['sns:Publish'], [this.directives.topicArn, this.hitl.topicArn]);
  }

  #topic(id: string, displayName: string, subscribers: readonly Subscribed[]): Topic {
    const topic = new Topic(this, id, { displayName, enforceSSL: true });
    for (const { protocol, endpoint, filter } of subscribers) {
      const policy = Object.entries(filter ?? {}).filter(([, values]) => values !== undefined);
      new Subscription(topic, `${protocol}:${endpoint}`, {
        topic,
        endpoint,
        protocol: protocols[protocol],
        ...(policy.length > 0 && {
          filterPolicy: Object.fromEntries(
            policy.map(([name, values]) => [name, SubscriptionFilter.stringFilter({ allowlist: [...(values ?? [])] })]),
          ),
        }),
        ...(protocol === 'https' && { deliveryPolicy: patience }),
      });
    }
    return topic;
  }
}
