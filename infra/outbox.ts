import { Duration, Validations } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { indexes } from '../lib/store/keys.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { Notifications } from './notifications.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & {
  table: ControlPlaneTable;
  notifications: Notifications;
  concurrency: number | undefined;
};

/**
 * The transactional outbox: what a call wrote is published from the table's stream, so a notice exists if and only if
 * its message does. docs/adr/0014-outbox-mapping.md argues the figures.
 */
export class Outbox extends Construct {
  readonly notifier: ServiceFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { table, notifications, concurrency, ...deployment }: Options) {
    super(scope, id);
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
      description: "Publishes what the table's outbox holds, from its stream.",
      // Ten notices, each kept to the pace of an email subscription and tried against a slow SNS.
      timeout: Duration.seconds(60),
      reservedConcurrentExecutions: concurrency,
    });
    table.bindMark(this.notifier);
    notifications.bindPublish(this.notifier);
    this.notifier.lambda.addEventSource(
      new DynamoEventSource(table.table, {
        // From the first record there is: what is written while the mapping comes up is not lost.
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [
          FilterCriteria.filter({ dynamodb: { NewImage: { [indexes.outbox.hash]: { S: FilterRule.exists() } } } }),
        ],
        batchSize: 10,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 1_000,
        maxRecordAge: Duration.hours(1),
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
  }
}
