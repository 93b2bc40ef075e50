import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { localAws } from './aws.ts';
import type { LocalFunction } from './functions.ts';

/** An event source mapping of a queue, as the template has it. */
export type QueueMapping = {
  queueUrl: string;
  queueArn: string;
  target: LocalFunction;
  batchSize: number;
  reportsItemFailures: boolean;
};

const WAIT_SECONDS = 1;

/** Receives and invokes as Lambda's poller does: what succeeds is deleted, what fails comes back and is counted by the queue. */
export const runQueueMapping = (endpoint: string, mapping: QueueMapping) => {
  const client = new SQSClient({ ...localAws, endpoint });
  const stopping = new AbortController();
  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const messages = await receive(client, mapping, stopping.signal);
      if (messages.length > 0) await workOff(client, mapping, messages);
    }
  };
  const done = poll();
  return {
    stop: async (): Promise<void> => {
      stopping.abort();
      await done;
      client.destroy();
    },
  };
};

const receive = async (
  client: SQSClient,
  { queueUrl, batchSize }: QueueMapping,
  abortSignal: AbortSignal,
): Promise<Message[]> => {
  try {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, batchSize),
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal },
    );
    return Messages;
  } catch {
    return [];
  }
};

const workOff = async (client: SQSClient, mapping: QueueMapping, messages: readonly Message[]): Promise<void> => {
  const failed = await invoke(mapping, messages);
  const entries = messages
    .filter(({ MessageId }) => !failed.has(MessageId))
    .map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
  if (entries.length > 0)
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries: entries }));
  for (const { MessageId, ReceiptHandle } of messages) {
    if (!failed.has(MessageId)) continue;
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: mapping.queueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
    );
  }
};

const invoke = async (
  { target, queueArn, reportsItemFailures }: QueueMapping,
  messages: readonly Message[],
): Promise<Set<string | undefined>> => {
  try {
    const answer = (await target.invoke({
      Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes, MD5OfBody }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes ?? {},
        messageAttributes: MessageAttributes ?? {},
        md5OfBody: MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: localAws.region,
      })),
    })) as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
    return new Set(
      reportsItemFailures ? (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier) : [],
    );
  } catch {
    return new Set(messages.map(({ MessageId }) => MessageId));
  }
};
