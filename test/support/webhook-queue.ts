import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import type { Delivery, Told } from '../../lib/webhook/queue.ts';
import { Gate } from './gate.ts';

export type SentMessage = { message: Told | Delivery; delaySeconds: number };
type Send = { QueueUrl: string; MessageBody: string; DelaySeconds: number };

/** The queue of webhooks and that of dead letters behind a gate, which notes what they are sent: SQS tells nobody what a delay was. */
export class GivenWebhookQueues {
  readonly url: string;
  readonly deadLettersUrl: string;
  readonly #gate: Gate;
  readonly #sent: Record<string, SentMessage[]>;

  private constructor(gate: Gate, url: string, deadLettersUrl: string) {
    this.#gate = gate;
    this.url = url;
    this.deadLettersUrl = deadLettersUrl;
    this.#sent = { [url]: [], [deadLettersUrl]: [] };
    gate.refuse = ({ headers, body }) => {
      if (headers['x-amz-target'] !== 'AmazonSQS.SendMessage') return undefined;
      const { QueueUrl, MessageBody, DelaySeconds } = JSON.parse(body) as Send;
      this.#sent[QueueUrl]?.push({ message: JSON.parse(MessageBody), delaySeconds: DelaySeconds });
      return undefined;
    };
  }

  static async create(): Promise<GivenWebhookQueues> {
    const gate = await Gate.before(inject('fauxqs'));
    const sqs = new SQSClient({ ...localAws, endpoint: gate.endpoint });
    const make = async (name: string): Promise<string> => {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${randomUUID()}` }));
      return `${gate.endpoint}${new URL(QueueUrl).pathname}`;
    };
    const queues = new GivenWebhookQueues(gate, await make('webhooks'), await make('dead-webhooks'));
    sqs.destroy();
    return queues;
  }

  get endpoint(): string {
    return this.#gate.endpoint;
  }

  /** All that was sent since the last call. */
  sent(): SentMessage[] {
    return this.#sent[this.url]?.splice(0) ?? [];
  }

  dead(): SentMessage[] {
    return this.#sent[this.deadLettersUrl]?.splice(0) ?? [];
  }

  close(): Promise<void> {
    return this.#gate.close();
  }
}
