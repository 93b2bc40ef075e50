import { localAccount, localAws } from './aws.ts';
import type { Messaging } from './messaging.ts';
import { ensureTable } from './table.ts';
import { type Properties, References, resourcesOf, type Template } from './template.ts';

/** Makes the table, topics, queues and bucket of the template, and answers what references to them resolve to. */
export const makeResources = async (
  template: Template,
  dynamodb: string,
  messaging: Messaging,
): Promise<References> => {
  const references = new References({
    'AWS::Region': localAws.region,
    'AWS::AccountId': localAccount,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': template.stackName,
    'AWS::NoValue': '',
  });
  for (const [logicalId, properties] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
    const name = `${template.stackName}-${logicalId}`;
    const { TableArn = '', LatestStreamArn = '' } = await ensureTable(dynamodb, name, references.resolve(properties));
    references.add(logicalId, name, { Arn: TableArn, StreamArn: LatestStreamArn });
  }
  for (const [logicalId] of resourcesOf(template, 'AWS::SNS::Topic')) {
    const { topicArn } = messaging.emulator.createTopic(logicalId);
    references.add(logicalId, topicArn, { TopicArn: topicArn, TopicName: logicalId });
  }
  makeQueues(template, references, messaging);
  subscribeQueues(template, references, messaging);
  for (const [logicalId] of resourcesOf(template, 'AWS::S3::Bucket')) {
    const { bucketName } = messaging.emulator.createBucket(logicalId.toLowerCase());
    references.add(logicalId, bucketName, { Arn: `arn:aws:s3:::${bucketName}` });
  }
  return references;
};

/** Dead-letter queues stand before the queues that name them. */
const makeQueues = (template: Template, references: References, messaging: Messaging): void => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  const redrives = ([, { RedrivePolicy }]: [string, Properties]) => (RedrivePolicy ? 1 : 0);
  for (const [logicalId, properties] of queues.toSorted((one, other) => redrives(one) - redrives(other))) {
    const { VisibilityTimeout, DelaySeconds, MessageRetentionPeriod, RedrivePolicy } = references.resolve<Properties>({
      ...properties,
      KmsMasterKeyId: undefined,
    });
    const attributes = Object.entries({
      VisibilityTimeout,
      DelaySeconds,
      MessageRetentionPeriod,
      RedrivePolicy,
    }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
    );
    const { queueArn } = makeQueue(messaging, logicalId, Object.fromEntries(attributes));
    references.add(logicalId, queueUrlOf(messaging, logicalId), { Arn: queueArn, QueueName: logicalId });
  }
};

/** One that an earlier start made stays, with what waits in it. */
export const makeQueue = (
  messaging: Messaging,
  name: string,
  attributes: Record<string, string> = {},
): { queueArn: string } => {
  const known = messaging.emulator.inspectQueue(name);
  return known ? { queueArn: known.arn } : messaging.emulator.createQueue(name, { attributes });
};

/** The address by which the queue's rules are held: not the emulator's own. */
export const queueUrlOf = ({ endpoint }: Messaging, name: string): string => `${endpoint}/${localAccount}/${name}`;

const subscribeQueues = (template: Template, references: References, messaging: Messaging): void => {
  for (const [, properties] of resourcesOf(template, 'AWS::SNS::Subscription')) {
    if (properties.Protocol !== 'sqs') continue;
    const { TopicArn, Endpoint, FilterPolicy, RawMessageDelivery } =
      references.resolve<Record<string, string | object>>(properties);
    const nameOf = (arn: unknown) => String(arn).split(':').at(-1) ?? '';
    const queue = nameOf(Endpoint);
    if (!messaging.emulator.inspectQueue(queue)) continue;
    messaging.emulator.subscribe({
      topic: nameOf(TopicArn),
      queue,
      attributes: {
        ...(FilterPolicy && { FilterPolicy: JSON.stringify(FilterPolicy) }),
        ...(RawMessageDelivery && { RawMessageDelivery: 'true' }),
      },
    });
  }
};
