import { createHash } from 'node:crypto';
import { ChangeMessageVisibilityCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAccount, localAws } from './aws.ts';
import type { Messaging } from './messaging.ts';
import { subscribeQueue } from './subscriptions.ts';
import { dropTable, ensureTable } from './table.ts';
import { type Properties, References, resourcesOf, type Template } from './template.ts';

/** Where tables are made. */
export type TableHome = {
  endpoint: string;
  /** Told apart from the tables of other stacks at the same endpoint. */
  suffix?: string;
};

/** Makes the table, topics, queues and bucket of the template, and answers what references to them resolve to. */
export const makeResources = async (
  template: Template,
  tables: TableHome,
  messaging: Messaging,
): Promise<References> => {
  const references = new References({
    'AWS::Region': localAws.region,
    'AWS::AccountId': localAccount,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': template.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${localAws.region}:${localAccount}:stack/${template.stackName}/local`,
  });
  for (const [logicalId, properties] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
    const name = tableName(template, logicalId, tables);
    const { TableArn = '', LatestStreamArn = '' } = await ensureTable(
      tables.endpoint,
      name,
      references.resolve(properties),
    );
    references.add(logicalId, name, { Arn: TableArn, StreamArn: LatestStreamArn });
  }
  for (const [logicalId] of resourcesOf(template, 'AWS::SNS::Topic')) {
    const { topicArn } = messaging.emulator.createTopic(logicalId);
    references.add(logicalId, topicArn, { TopicArn: topicArn, TopicName: logicalId });
  }
  await makeQueues(template, references, messaging);
  await subscribeQueues(template, references, messaging);
  for (const [logicalId] of resourcesOf(template, 'AWS::S3::Bucket')) {
    const { bucketName } = messaging.emulator.createBucket(logicalId.toLowerCase());
    references.add(logicalId, bucketName, { Arn: `arn:aws:s3:::${bucketName}` });
  }
  return references;
};

const tableName = ({ stackName }: Template, logicalId: string, { suffix }: TableHome): string =>
  [stackName, logicalId, ...(suffix ? [suffix] : [])].join('-');

/** Deletes the tables that an earlier run made at this endpoint. */
export const forgetTables = async (template: Template, tables: TableHome): Promise<void> => {
  for (const [logicalId] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable'))
    await dropTable(tables.endpoint, tableName(template, logicalId, tables));
};

/** Short, and the same for the same directory. */
export const suffixOf = (directory: string): string => createHash('sha256').update(directory).digest('hex').slice(0, 8);

/** Dead-letter queues stand before the queues that name them. */
const makeQueues = async (template: Template, references: References, messaging: Messaging): Promise<void> => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  const redrives = ([, { RedrivePolicy }]: [string, Properties]) => (RedrivePolicy ? 1 : 0);
  for (const [logicalId, properties] of queues.toSorted((one, other) => redrives(one) - redrives(other))) {
    const queueArn = await makeQueue(messaging, logicalId, queueAttributes(properties, references));
    references.add(logicalId, queueUrlOf(messaging, logicalId), { Arn: queueArn, QueueName: logicalId });
  }
};

const heldAttributes = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
] as const;

const queueAttributes = (properties: Properties, references: References): Record<string, string> =>
  Object.fromEntries(
    heldAttributes.flatMap((name) => {
      const value = references.resolve(properties[name]);
      if (value === undefined) return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    }),
  );

/** Not 0: that fails in an emulator whose messages are in a file (fauxqs 2.4.1, `updateMessageReady`). */
const SOON_SECONDS = 1;

/**
 * One that an earlier start made stays, with what waits in it, and takes the attributes of now. Who was working on a
 * message then is gone, so it is received again soon.
 */
export const makeQueue = async (
  messaging: Messaging,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> => {
  const known = messaging.emulator.inspectQueue(name);
  if (!known) return messaging.emulator.createQueue(name, { attributes }).queueArn;
  const client = new SQSClient({ ...localAws, endpoint: messaging.endpoint });
  const QueueUrl = queueUrlOf(messaging, name);
  if (Object.keys(attributes).length > 0)
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  for (const { receiptHandle: ReceiptHandle } of known.messages.inflight)
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: SOON_SECONDS }));
  client.destroy();
  return known.arn;
};

/** The address by which the queue's rules are held: not the emulator's own. */
export const queueUrlOf = ({ endpoint }: Messaging, name: string): string => `${endpoint}/${localAccount}/${name}`;

/** Subscriptions of queues that are elsewhere, and of people, have nothing here to be delivered to. */
const subscribeQueues = async (template: Template, references: References, messaging: Messaging): Promise<void> => {
  for (const [, properties] of resourcesOf(template, 'AWS::SNS::Subscription')) {
    if (properties.Protocol !== 'sqs') continue;
    const { TopicArn, Endpoint, FilterPolicy, FilterPolicyScope, RawMessageDelivery } =
      references.resolve<Properties>(properties);
    const queueArn = String(Endpoint);
    if (messaging.emulator.inspectQueue(queueArn.split(':').at(-1) ?? '')?.arn !== queueArn) continue;
    await subscribeQueue(messaging.endpoint, String(TopicArn), queueArn, {
      ...(FilterPolicy !== undefined && { FilterPolicy: JSON.stringify(FilterPolicy) }),
      ...(FilterPolicyScope !== undefined && { FilterPolicyScope: String(FilterPolicyScope) }),
      ...(RawMessageDelivery !== undefined && { RawMessageDelivery: String(RawMessageDelivery) }),
    });
  }
};
