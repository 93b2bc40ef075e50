import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import { workOffQueue } from './queue-rights.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & { table: ControlPlaneTable; enabled: boolean };

/** A post takes 10 s at most (lib/webhook/post.ts), and a batch posts all at the same time. */
const TIMEOUT_SECONDS = 28;
/** Six times the function's timeout, as for timers (infra/timers.ts). */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * TIMEOUT_SECONDS);
/** A receiver that fails uses none of these: its delivery is a new message. They are for an outage of the table or of SQS. */
const RECEIVES = 5;

/** What endpoints outside are told, and the function that tells them. docs/adr/0082-webhooks.md says why. */
export class Webhooks extends Construct {
  readonly enabled: boolean;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly webhook: ServiceFunction;
  /** What the names of the parameters with secrets begin with. */
  readonly parameterPrefix: string;

  constructor(scope: Construct, id: string, { table, enabled, ...deployment }: Options) {
    super(scope, id);
    this.enabled = enabled;
    this.parameterPrefix = `/${Stack.of(this).stackName}/webhooks`;
    const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    // The longest that SQS keeps a message: a dead letter waits for a person.
    this.deadLetters = new Queue(this, 'DeadLetters', { ...secured, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.webhook = new ServiceFunction(this, 'Webhook', {
      ...deployment,
      entry: 'webhook',
      description: 'Tells registered endpoints what happened.',
      sendsToItself: true,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
    });
    table.bindWebhooks(this.webhook);
    this.#bindSecrets();
    this.bindSend(this.webhook);
    this.webhook.set(env.webhookDeadLetters, this.deadLetters.queueUrl);
    this.webhook.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
    // Disabled, nobody polls: what is turned off costs nothing.
    workOffQueue(this.webhook, this.queue, { enabled });
  }

  bindSend(sender: ServiceFunction): void {
    sender.set(env.webhookQueue, this.queue.queueUrl);
    sender.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }

  #bindSecrets(): void {
    const { partition, region, account } = Stack.of(this);
    const parameters = `parameter${this.parameterPrefix}/*`;
    this.webhook.set(env.parameterPrefix, this.parameterPrefix);
    this.webhook.allow(['ssm:GetParameter'], [`arn:${partition}:ssm:${region}:${account}:${parameters}`]);
    Validations.of(this.webhook).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:${parameters}]`,
      reason: 'A parameter for each endpoint, registered after the deployment; the prefix holds nothing else.',
    });
  }
}
