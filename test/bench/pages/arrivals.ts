import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from '../../../infra/local/aws.ts';
import type { StackFile } from '../../../infra/local/stack-file.ts';

/** SQS answers as soon as a message is there, and after so long without. */
const WAIT_SECONDS = 10;
const PATIENCE_MS = 30_000;

/** When notices came into the queue of the topic of directives. Nobody else may read it meanwhile. */
export class Arrivals {
  readonly #sqs: SQSClient;
  readonly #queue: string;

  constructor({ endpoint, queues }: StackFile['sqs']) {
    this.#sqs = new SQSClient({ ...localAws, endpoint });
    this.#queue = queues.directives;
  }

  /** Waits for the notice of a directive by its subject; answers when it came, as `performance.now()` counts. */
  async of(subject: string): Promise<number> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#queue, WaitTimeSeconds: WAIT_SECONDS }),
      );
      const now = performance.now();
      for (const { Body = '', ReceiptHandle } of Messages) {
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queue, ReceiptHandle }));
        if (subjectOf(Body) === subject) return now;
      }
    }
    throw new Error(`no notice of "${subject}" came within ${PATIENCE_MS / 1_000} s`);
  }
}

const subjectOf = (envelope: string): string => {
  const { Message } = JSON.parse(envelope) as { Message: string };
  return (JSON.parse(Message) as { message: { subject: string } }).message.subject;
};
