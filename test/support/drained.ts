import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from '../../infra/local/aws.ts';

/** Takes all that waits in a queue: the bodies, each as often as it came. */
export const drained = async (endpoint: string, QueueUrl: string): Promise<string[]> => {
  const sqs = new SQSClient({ ...localAws, endpoint });
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
};

/** The same of a queue that is subscribed to a topic: the ids of the messages that its notices are of. */
export const drainedIds = async (endpoint: string, queueUrl: string): Promise<string[]> =>
  (await drained(endpoint, queueUrl)).map((body) => JSON.parse(JSON.parse(body).Message).message.messageId);
