import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import type { Timeouts } from '../lib/model.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { Notifications } from './notifications.ts';
import { workOffQueue } from './queue-rights.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & {
  table: ControlPlaneTable;
  notifications: Notifications;
  timeouts: Timeouts;
  webhooks: boolean;
  /** Seconds. */
  digestInterval: number;
};

/** Ten timers at once, each given 20 s to settle a race (lib/settle.ts), and mails beside them. */
const TIMEOUT_SECONDS = 28;

/**
 * Lambda asks for six times the function's timeout, so that it may try again where it was throttled (AWS Lambda
 * developer guide, "Creating and configuring an Amazon SQS event source mapping").
 */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * TIMEOUT_SECONDS);

/** Five times 168 s: a timer outlives an outage of 14 minutes. Lambda asks for five at least (ibid.). */
const RECEIVES = 5;

/**
 * Deadlines, and mails that are due, as delayed messages, and the function that they come to.
 * docs/adr/0070-a-timer-is-a-message.md and 0100-digests.md say why.
 */
export class Timers extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly timer: ServiceFunction;

  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id);
    const { table, notifications, timeouts, webhooks, digestInterval, ...deployment } = options;
    const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    // The longest that SQS keeps a message, counted from when it was first sent: a dead letter waits for a person.
    this.deadLetters = new Queue(this, 'DeadLetters', { ...secured, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.timer = new ServiceFunction(this, 'Timer', {
      ...deployment,
      entry: 'timer',
      description: 'Does what a deadline that has passed asks for, and mails notices that waited.',
      sendsToItself: true,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
    });
    this.timer.set(env.timeouts, JSON.stringify(timeouts));
    this.timer.set(env.webhooks, String(webhooks));
    this.timer.set(env.digestInterval, String(digestInterval));
    table.bindTransitions(this.timer);
    this.timer.bindMetrics();
    table.bindQuery(this.timer, 'outbox');
    notifications.bindPublish(this.timer);
    this.bindSend(this.timer);
    // No window: a timer waits for no other. No maximum concurrency: it would keep Lambda from polling an idle queue
    // with two pollers in place of five.
    workOffQueue(this.timer, this.queue);
  }

  bindSend(sender: ServiceFunction): void {
    sender.set(env.timerQueue, this.queue.queueUrl);
    sender.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }
}
