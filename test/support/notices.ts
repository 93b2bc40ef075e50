import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from '../../infra/local/aws.ts';
import type { StackFile } from '../../infra/local/stack-file.ts';

/** A notice as the operator's queue holds it: its subject, and the text for machines. */
export type Notice = { subject: string; messageId: string; atpId: string; messageType: string; body: string };

type Envelope = { Subject: string; Message: string };

/** All that the operator was told, taken out of the queue and kept: tests that run at once share it. */
export class Notices {
  readonly #sqs: SQSClient;
  readonly #queue: string;
  readonly #seen: Notice[] = [];

  constructor({ endpoint, queues }: StackFile['sqs']) {
    this.#sqs = new SQSClient({ ...localAws, endpoint });
    this.#queue = queues.hitl;
  }

  /** Each as often as it was delivered. */
  async of(messageId: string): Promise<Notice[]> {
    await this.#drain();
    return this.#seen.filter((notice) => notice.messageId === messageId);
  }

  async #drain(): Promise<void> {
    for (;;) {
      const command = new ReceiveMessageCommand({ QueueUrl: this.#queue, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await this.#sqs.send(command);
      if (Messages.length === 0) return;
      this.#seen.push(...Messages.map(({ Body = '' }) => noticeOf(JSON.parse(Body))));
      const Entries = Messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queue, Entries }));
    }
  }
}

const noticeOf = ({ Subject, Message }: Envelope): Notice => {
  const { message } = JSON.parse(Message) as { message: Omit<Notice, 'subject'> };
  const { messageId, atpId, messageType, body } = message;
  return { subject: Subject, messageId, atpId, messageType, body };
};
