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

/**
 * The kinds of what the outbox holds, told apart by an attribute that messages alone have. Each has a mapping of its own:
 * notices are tried for an hour while SNS refuses them, and no deadline may wait for that.
 */
const kinds = {
  // Published beside each other: as many as the SDK opens connections to SNS.
  Messages: { isMessage: true, batchSize: 50 },
  Timers: { isMessage: false, batchSize: 100 },
};

/**
 * The transactional outbox: what a call wrote is published from the table's stream, so a notice exists if and only if
 * its message does, and a timer if and only if its deadline does. docs/adr/0014-outbox-mapping.md argues the figures.
 */
export class Outbox extends Construct {
  readonly notifier: ServiceFunction;
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
      reason: "It is a dead-letter queue: of the notifier's event source mapping, which the rule does not look at.",
    });

    this.notifier = new ServiceFunction(this, 'Notify', {
      ...deployment,
      entry: 'notify',
      description: "Publishes and queues what the table's outbox holds, from its stream.",
      // Fifty notices beside each other; whatever each asks of the table, SNS and SQS is tried three times for 3 s.
      timeout: Duration.seconds(40),
      reservedConcurrentExecutions: concurrency,
    });
    this.notifier.set(env.digestInterval, String(digestInterval));
    table.bindMark(this.notifier);
    this.notifier.bindMetrics();
    notifications.bindPublish(this.notifier);
    timers.bindSend(this.notifier);
    webhooks.bindSend(this.notifier);
    table.table.grantStreamRead(this.notifier.lambda);
    for (const [kind, { isMessage, batchSize }] of Object.entries(kinds)) {
      const NewImage = {
        // What owes its email stands in the index too, and is published.
        [indexes.outbox.hash]: { S: FilterRule.beginsWith(OUTBOX) },
        messageType: { S: isMessage ? FilterRule.exists() : FilterRule.notExists() },
      };
      new EventSourceMapping(this, kind, {
        target: this.notifier.lambda,
        eventSourceArn: table.table.tableStreamArn,
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
}
