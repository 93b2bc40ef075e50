import { localAccount, localAws } from './aws.ts';
import { type Functions, functionOf } from './deployment.ts';
import type { LocalFunction } from './functions.ts';
import type { Publication } from './sns.ts';
import { type References, resourcesOf, type Template } from './template.ts';

/** A topic as the emulator has it, by the name that its subscription in the template gives. */
export type FunctionSubscription = { topicArn: string; target: LocalFunction };

type SubscriptionProperties = { Protocol: string; TopicArn: string; Endpoint: string };

/** A topic of another region or account stands here under its name. */
const localArn = (topicArn: string): string =>
  `arn:aws:sns:${localAws.region}:${localAccount}:${topicArn.split(':').at(-1)}`;

/** Subscriptions of the template's functions; `createTopic` makes the topics that the template has not. */
export const functionSubscriptionsOf = (
  template: Template,
  references: References,
  functions: Functions,
  createTopic: (name: string) => void,
): FunctionSubscription[] =>
  resourcesOf(template, 'AWS::SNS::Subscription')
    .filter(([, { Protocol }]) => Protocol === 'lambda')
    .map(([, properties]) => {
      const { TopicArn, Endpoint } = references.resolve<SubscriptionProperties>(properties);
      const topicArn = localArn(TopicArn);
      createTopic(topicArn.split(':').at(-1) ?? '');
      return { topicArn, target: functionOf(functions, Endpoint) };
    });

/**
 * Hands a publication to the functions that are subscribed to its topic, as SNS does: the text for `lambda`, else
 * `default`, without waiting for the answer. What fails is told of; it is not tried again here, as Lambda does twice.
 */
export const deliver = (
  subscriptions: readonly FunctionSubscription[],
  publication: Publication,
  messageId: string,
  told: (line: string) => void,
): void => {
  for (const { topicArn, target } of subscriptions)
    if (topicArn === publication.topicArn)
      target
        .invoke({ Records: [recordOf(publication, messageId)] })
        .catch((error: unknown) => told(`${target.spec.name} failed on a message of ${topicArn} (${error})`));
};

/**
 * The event of a notification ("Using Lambda with Amazon SNS", Lambda developer guide): `SigningCertUrl` and
 * `UnsubscribeUrl` are spelled unlike those of the envelope over HTTPS. Nothing here signs.
 */
const recordOf = ({ topicArn, subject, texts }: Publication, messageId: string): object => ({
  EventSource: 'aws:sns',
  EventVersion: '1.0',
  EventSubscriptionArn: `${topicArn}:local`,
  Sns: {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: texts.lambda ?? texts.default,
    Timestamp: new Date().toISOString(),
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: 'EXAMPLE',
    UnsubscribeUrl: 'EXAMPLE',
    MessageAttributes: {},
  },
});
