import { ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { localAws } from './aws.ts';

/** Subscribes a queue with the attributes of now, in place of a subscription that an earlier start made. */
export const subscribeQueue = async (
  endpoint: string,
  TopicArn: string,
  queueArn: string,
  Attributes: Record<string, string> = {},
): Promise<void> => {
  const client = new SNSClient({ ...localAws, endpoint });
  const { Subscriptions = [] } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  for (const { Endpoint, SubscriptionArn } of Subscriptions)
    if (Endpoint === queueArn) await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes }));
  client.destroy();
};
