/**
 * What Lambda itself does to a queue it does with the role of the function: no more than it needs is granted here
 * (`AWSLambdaSQSQueueExecutionRole`, AWS Lambda developer guide). The CDK's own sources and destinations grant
 * `sqs:ChangeMessageVisibility` and `sqs:GetQueueUrl` beside it, which nobody uses.
 */

import { Names } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination, IEventSourceDlq, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ServiceFunction } from './function.ts';

/** The function works off the queue, in batches of ten that are waited for by none. Disabled, nobody polls. */
export const workOffQueue = (worker: ServiceFunction, queue: Queue, { enabled = true } = {}): void => {
  worker.allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [queue.queueArn]);
  // The id that `SqsEventSource` gives: a mapping of another id would be made beside the old one, which Lambda refuses.
  worker.lambda.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    enabled,
  });
};

/** A queue as the place for what Lambda gives up: a batch of a stream, or an asynchronous invocation. */
export class DeadLetters implements IDestination, IEventSourceDlq {
  readonly #queue: Queue;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  bind(_source: unknown, sender: IFunction): { destination: string } {
    const { queueArn } = this.#queue;
    sender.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    return { destination: queueArn };
  }
}
