import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { localAws } from './aws.ts';
import { passes } from './filter.ts';
import { failuresOf, type Mapping, pause, type RunningMapping } from './mapping.ts';

/** An event source mapping of a queue, as the template has it. */
export type QueueMapping = Mapping & { queueUrl: string; queueArn: string };

/** Lambda starts with five pollers to a queue (Lambda developer guide, "Using Lambda with Amazon SQS"). */
const POLLERS = 5;
/** A receive gives ten messages at most (SQS API reference). */
const RECEIVE_LIMIT = 10;
const WAIT_SECONDS = 20;
const BACKOFF_MS = 200;

/**
 * Receives and invokes as Lambda's pollers do: what succeeds is deleted, what fails stays hidden until the queue's
 * visibility time-out and is then received again, which the queue counts towards its dead-letter queue.
 */
export const runQueueMapping = (endpoint: string, mapping: QueueMapping): RunningMapping => {
  const client = new SQSClient({ ...localAws, endpoint });
  const stopping = new AbortController();
  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const messages = await receive(client, mapping, stopping.signal);
        if (messages.length > 0) await workOff(client, mapping, messages);
      } catch {
        // Stopped, or the queue does not answer just now.
        await pause(BACKOFF_MS, stopping.signal);
      }
    }
  };
  const done = Promise.all(Array.from({ length: POLLERS }, poll));
  return {
    stop: async () => {
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
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(RECEIVE_LIMIT, batchSize),
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    { abortSignal },
  );
  return Messages;
};

const workOff = async (client: SQSClient, mapping: QueueMapping, messages: readonly Message[]): Promise<void> => {
  const wanted = messages.filter((message) => passes(mapping.patterns, filterable(message)));
  const failed = wanted.length > 0 ? await invoke(mapping, wanted) : new Set();
  // A message that no pattern lets through is done with, as in Lambda.
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  const Entries = done.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
  if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries }));
};

/** Ids of the messages that failed. */
const invoke = async (mapping: QueueMapping, messages: readonly Message[]): Promise<Set<string | undefined>> => {
  const { target, reportsItemFailures, told } = mapping;
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  try {
    const answer = await target.invoke({ Records: messages.map((message) => recordOf(message, mapping)) });
    const failed = new Set(reportsItemFailures ? failuresOf(answer) : []);
    if (failed.size > 0) told(`${target.spec.name} did not work off ${failed.size} of ${messages.length} messages`);
    // Identifiers that are none of the batch's fail all of it, as in Lambda.
    return [...failed].every((id) => all.has(id)) ? failed : all;
  } catch (error) {
    told(`${target.spec.name} failed on ${messages.length} messages (${error})`);
    return all;
  }
};

const recordOf = (message: Message, { queueArn }: QueueMapping): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: localAws.region,
});

const attributeOf = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue): object => ({
  dataType: DataType,
  stringListValues: [],
  binaryListValues: [],
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
});

/** What patterns look at: a body that is JSON is looked into. */
const filterable = ({ MessageId, Body = '', Attributes = {} }: Message): object => {
  let body: unknown = Body;
  try {
    body = JSON.parse(Body);
  } catch {
    // Then it is text.
  }
  return { messageId: MessageId, body, attributes: Attributes };
};
