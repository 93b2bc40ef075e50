import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import { indexes, OUTBOX } from '../lib/store/keys.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { Notifications } from './notifications.ts';
import { DeadLetters } from './queue-rights.ts';
import type { ControlPlaneTable } from './table.ts';
import type { Timers } from './timers.ts';
import type { Webhooks } from './webhooks.ts';

type Options = Deployment & {
  table: ControlPlaneTable;
  notifications: Notifications;
  timers: Timers;
  webhooks: Webhooks;
  concurrency: number | undefined;
  /** Seconds. */
  digestInterval: number;
};

/** A hundred items beside each other; whatever each asks of the table, SNS and SQS is tried three times for 3 s. */
const timeout = Duration.seconds(40);

/** What the outbox holds: messages, and events; an attribute that messages alone have tells them apart. */
type Read = { isMessage: boolean; batchSize: number };

/**
 * The transactional outbox: what a call wrote is handed over from the table's stream, so a notice exists if and only if
 * its message does, and a timer if and only if its deadline does. docs/adr/0014-outbox-mapping.md argues the figures.
 *
 * Notices are tried for an hour while SNS refuses them, and no deadline may wait for that: messages and events have a
 * mapping each. Lambda maps a stream to a function only once, whatever the filters, so they have a function each too
 * (docs/adr/0070-a-timer-is-a-message.md).
 */
export class Outbox extends Construct {
  readonly notify: ServiceFunction;
  readonly queueEvents: ServiceFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id);
    const { table, notifications, timers, webhooks, concurrency, digestInterval, ...deployment } = options;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      // The longest that SQS keeps a message: a dead letter waits for a person.
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue: of event source mappings, which the rule does not look at.',
    });

    this.notify = new ServiceFunction(this, 'Notify', {
      ...deployment,
      entry: 'notify',
      description: "Publishes the messages that the table's outbox holds, from its stream.",
      timeout,
      reservedConcurrentExecutions: concurrency,
    });
    this.notify.set(env.digestInterval, String(digestInterval));
    this.notify.bindMetrics();
    table.bindMark(this.notify);
    notifications.bindPublish(this.notify);
    timers.bindSend(this.notify);
    // Published beside each other: as many as the SDK opens connections to SNS.
    this.#read(table, 'Messages', this.notify, { isMessage: true, batchSize: 50 });

    this.queueEvents = new ServiceFunction(this, 'QueueEvents', {
      ...deployment,
      entry: 'queue-events',
      description: "Queues what the events that the table's outbox holds ask for, from its stream.",
      timeout,
    });
    table.bindMark(this.queueEvents);
    timers.bindSend(this.queueEvents);
    webhooks.bindSend(this.queueEvents);
    this.#read(table, 'Events', this.queueEvents, { isMessage: false, batchSize: 100 });
  }

  #read({ table }: ControlPlaneTable, id: string, reader: ServiceFunction, { isMessage, batchSize }: Read): void {
    const NewImage = {
      // What owes its email stands in the index too, and is published.
      [indexes.outbox.hash]: { S: FilterRule.beginsWith(OUTBOX) },
      messageType: { S: isMessage ? FilterRule.exists() : FilterRule.notExists() },
    };
    table.grantStreamRead(reader.lambda);
    new EventSourceMapping(this, id, {
      target: reader.lambda,
      eventSourceArn: table.tableStreamArn,
      // From the first record there is: what is written while the mapping comes up is not lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter({ dynamodb: { NewImage } })],
      batchSize,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 1_000,
      maxRecordAge: Duration.hours(1),
      onFailure: new DeadLetters(this.deadLetters),
    });
  }
}
