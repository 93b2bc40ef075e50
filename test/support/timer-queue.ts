import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import { asDigestDue, asOwnEmailDue, type DigestDue, type OwnEmailDue } from '../../lib/digest/queue.ts';
import type { Timer } from '../../lib/model.ts';
import { Gate, type Passing, type Refusal } from './gate.ts';

export type Sent = { timer: Timer; delaySeconds: number };
/** A digest that was asked for, and in how many seconds. */
export type Asked<Due = DigestDue> = { due: Due; delaySeconds: number };
type Entry = { Id: string; MessageBody: string; DelaySeconds: number };

/** A queue of timers behind a gate, its own for each call, which notes what passes: SQS tells nobody what a delay was. */
export class GivenTimerQueue {
  readonly endpoint: string;
  readonly url: string;
  /** What to answer to what is sent, in the queue's stead. */
  refuse: (passing: Passing) => Refusal | undefined = () => undefined;
  readonly #gate: Gate;
  readonly #sqs: SQSClient;
  #sent: Sent[] = [];
  #asked: Asked[] = [];
  #askedOwn: Asked<OwnEmailDue>[] = [];

  private constructor(gate: Gate, sqs: SQSClient, url: string) {
    this.#gate = gate;
    this.#sqs = sqs;
    this.endpoint = gate.endpoint;
    this.url = url;
    gate.refuse = (passing) => {
      if (!isBatch(passing) && !isSingle(passing)) return undefined;
      const refusal = this.refuse(passing);
      if (refusal) return refusal;
      if (isBatch(passing)) this.#sent.push(...sentBy(passing));
      else {
        this.#asked.push(...askedBy(passing, asDigestDue));
        this.#askedOwn.push(...askedBy(passing, asOwnEmailDue));
      }
      return undefined;
    };
  }

  static async create(): Promise<GivenTimerQueue> {
    const gate = await Gate.before(inject('fauxqs'));
    const sqs = new SQSClient({ ...localAws, endpoint: gate.endpoint });
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `timers-${randomUUID()}` }));
    return new GivenTimerQueue(gate, sqs, `${gate.endpoint}${new URL(QueueUrl).pathname}`);
  }

  /** All that was let through since the last call. */
  sent(): Sent[] {
    return this.#sent.splice(0);
  }

  /** All digests that were asked for since the last call. */
  asked(): Asked[] {
    return this.#asked.splice(0);
  }

  /** All emails of their own that were asked for since the last call. */
  askedOwn(): Asked<OwnEmailDue>[] {
    return this.#askedOwn.splice(0);
  }

  /** All that has come due since the last call, in whatever order. */
  async received(): Promise<Timer[]> {
    const timers: Timer[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.url, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return timers;
      const bodies = Messages.map(({ Body = '' }) => JSON.parse(Body) as Timer);
      // What asks for a mail waits a second or two, and may come when another test looks.
      timers.push(...bodies.filter((body) => !('ownEmail' in body || 'digest' in body)));
      const Entries = Messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries }));
    }
  }

  /** How many wait for their delay to end. */
  async delayed(): Promise<number> {
    const names = ['ApproximateNumberOfMessagesDelayed' as const];
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: names }),
    );
    return Number(Attributes.ApproximateNumberOfMessagesDelayed);
  }

  close(): Promise<void> {
    return this.#gate.close();
  }
}

const isBatch = ({ headers }: Passing): boolean => headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch';
const isSingle = ({ headers }: Passing): boolean => headers['x-amz-target'] === 'AmazonSQS.SendMessage';
const askedBy = <Due>({ body }: Passing, as: (value: unknown) => Due | undefined): Asked<Due>[] => {
  const { MessageBody, DelaySeconds } = JSON.parse(body) as Omit<Entry, 'Id'>;
  const due = as(JSON.parse(MessageBody));
  return due ? [{ due, delaySeconds: DelaySeconds }] : [];
};
const entriesOf = ({ body }: Passing): Entry[] => (JSON.parse(body) as { Entries: Entry[] }).Entries;
const sentBy = (passing: Passing): Sent[] =>
  entriesOf(passing).map(({ MessageBody, DelaySeconds }) => ({
    timer: JSON.parse(MessageBody) as Timer,
    delaySeconds: DelaySeconds,
  }));

/** An error as SQS words it (AWS JSON protocol). */
export const sqsError = (status: number, type: string): Refusal =>
  json(status, { __type: `com.amazonaws.sqs#${type}`, message: type });

const json = (status: number, body: object): Refusal => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});

/** Takes none of a batch that holds this text, each entry refused by itself. */
export const refusingEntries = (passing: Passing, text: string): Refusal | undefined => {
  if (!passing.body.includes(text)) return undefined;
  const Failed = entriesOf(passing).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
  return json(200, { Successful: [], Failed });
};
