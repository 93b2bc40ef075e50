import { randomUUID } from 'node:crypto';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import type { Channel } from '../../lib/model.ts';

const config = () => ({
  endpoint: inject('fauxqs'),
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** What a subscriber got: the envelope's subject and attributes, and the text for each kind of subscriber. */
export type Received = {
  subject: string;
  texts: { default: string; email: string; sms: string };
  attributes: Record<string, string>;
};

type Envelope = {
  Subject: string;
  Message: string;
  MessageAttributes: Record<string, { Type: string; Value: string }>;
};

/** The emulator compares a `String.Array` as the text it is. */
const within = (channels: readonly Channel[]) => channels.map((channel) => ({ wildcard: `*"${channel}"*` }));

/** A topic with a queue that is subscribed to it, both its own for each call. */
export class Topic {
  readonly arn: string;
  readonly #sqs: SQSClient;
  readonly #queue: string;

  private constructor(arn: string, sqs: SQSClient, queue: string) {
    this.arn = arn;
    this.#sqs = sqs;
    this.#queue = queue;
  }

  /** The queue gets what is meant for any of these; left out, for machines. */
  static async create(...channels: Channel[]): Promise<Topic> {
    const sns = new SNSClient(config());
    const sqs = new SQSClient(config());
    const name = `test-${randomUUID()}`;
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes: queue = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const Attributes = {
      FilterPolicy: JSON.stringify({ channels: within(channels.length > 0 ? channels : ['machine']) }),
    };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.QueueArn, Attributes }));
    return new Topic(TopicArn, sqs, QueueUrl);
  }

  /** All that was delivered since the last call, in whatever order. The emulator delivers before it answers a publish. */
  async received(): Promise<Received[]> {
    const all: Received[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#queue, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return all;
      await this.#sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#queue,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      all.push(...Messages.map(({ Body = '' }) => received(JSON.parse(Body) as Envelope)));
    }
  }
}

const received = ({ Subject, Message, MessageAttributes }: Envelope): Received => ({
  subject: Subject,
  texts: JSON.parse(Message) as Received['texts'],
  attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value])),
});
