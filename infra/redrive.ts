/**
 * `npm run redrive`: publishes the messages that were never published, asks for the emails of those that were never
 * mailed, and queues the timers that were never queued, found in the outbox index of the table, with what webhooks were
 * never told.
 */

import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { owedTo } from '../lib/digest/owing.ts';
import { asOwingOwn } from '../lib/digest/own-email.ts';
import { env } from '../lib/env.ts';
import { isForQueues } from '../lib/outbox/events.ts';
import { type Far, handOver } from '../lib/outbox/hand-over.ts';
import type { Outcome } from '../lib/outbox/outcome.ts';
import { type Waiting, waiting } from '../lib/outbox/waiting.ts';
import { localAws } from './local/aws.ts';
import { readStackFile } from './local/stack-file.ts';

const HELP = `Works off the outbox: publishes the messages that were never published, asks for the emails that never
went, and queues the timers that were never queued. After SNS or SQS refused them for longer than the stream is tried again, or once the dead-letter queue of the
notifier holds something. Safe to run at any time and more than once. A notice that goes out twice has the same eventId
both times; a timer that comes twice does nothing the second time.

  npm run redrive
  npm run redrive -- --table NAME --region REGION --directives-topic ARN --hitl-topic ARN --timer-queue URL

Which table
  (nothing)                the local stack that npm start runs, from .local/stack.json
  --data DIR               a local stack with another data directory
  --table NAME             a table in an AWS account, with the usual credentials (AWS_PROFILE, SSO, ...)
  --region REGION          its region, unless AWS_REGION or the profile names it
  --directives-topic ARN   the output DirectivesTopicArn of its stack, unless ${env.directivesTopic} is set
  --hitl-topic ARN         the output HitlTopicArn of its stack, unless ${env.hitlTopic} is set
  --timer-queue URL        the output TimerQueueUrl of its stack, unless ${env.timerQueue} is set
  --webhook-queue URL      the output WebhookQueueUrl of its stack, unless ${env.webhookQueue} is set; where webhooks are on

  --older-than SECONDS     leave younger items to the notifier (default 60)

Ends with status 1 if anything is still in the outbox.
`;

const read = () =>
  parseArgs({
    options: {
      data: { type: 'string' },
      table: { type: 'string' },
      region: { type: 'string' },
      'directives-topic': { type: 'string' },
      'hitl-topic': { type: 'string' },
      'timer-queue': { type: 'string' },
      'webhook-queue': { type: 'string' },
      'older-than': { type: 'string', default: '60' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
type Values = ReturnType<typeof read>;

/** Where it is handed over to, and how the clients get there. */
type Places = {
  table: string;
  directives: string;
  hitl: string;
  timerQueue: string;
  webhookQueue?: string | undefined;
};
/** So that one digest gathers what is found in a run. When it may go is the function's to say. */
const DIGEST_IN_SECONDS = 5;

type Configs = { dynamodb: object; sns: object; sqs: object };

const farOf = (places: Places, { dynamodb, sns, sqs }: Configs): Far => {
  const { table, directives, hitl, timerQueue, webhookQueue } = places;
  return {
    table: { client: DynamoDBDocumentClient.from(new DynamoDBClient(dynamodb)), name: table },
    topics: { sns: new SNSClient(sns), arns: { directives, hitl } },
    timers: { sqs: new SQSClient(sqs), url: timerQueue },
    digestInterval: DIGEST_IN_SECONDS,
    ...(webhookQueue && { webhooks: { sqs: new SQSClient(sqs), url: webhookQueue } }),
  };
};

const localFar = (data: string): Far => {
  const stack = readStackFile(data);
  if (!stack) throw new Error(`there is no stack.json in ${data}: run npm start first, or name a table with --table`);
  const { dynamodb, sns, sqs } = stack;
  if (!sqs.timers) throw new Error(`${data}/stack.json names no queue of timers: start the stack anew`);
  const at = ({ endpoint }: { endpoint: string }) => ({ ...localAws, endpoint });
  const places = { table: dynamodb.table, ...sns.topics, timerQueue: sqs.timers, webhookQueue: sqs.webhooks };
  return farOf(places, { dynamodb: at(dynamodb), sns: at(sns), sqs: at(sqs) });
};

const accountFar = (table: string, values: Values): Far => {
  const directives = values['directives-topic'] ?? process.env[env.directivesTopic];
  const hitl = values['hitl-topic'] ?? process.env[env.hitlTopic];
  const timerQueue = values['timer-queue'] ?? process.env[env.timerQueue];
  const webhookQueue = values['webhook-queue'] ?? process.env[env.webhookQueue];
  if (!directives || !hitl || !timerQueue)
    throw new Error(
      '--directives-topic, --hitl-topic and --timer-queue are needed: the stack that made the table names them in its outputs',
    );
  const config = values.region ? { region: values.region } : {};
  return farOf({ table, directives, hitl, timerQueue, webhookQueue }, { dynamodb: config, sns: config, sqs: config });
};

const nameOf = ({ key, item }: Waiting): string => {
  if (isForQueues(item))
    return `${key.pk} ${key.sk}  ${item.timers?.length ?? 0} timers${item.webhook ? `, ${item.webhook}` : ''}`;
  const email = item && (owedTo(item) || asOwingOwn(item)) ? ', its email' : '';
  return `${item?.messageId ?? `${key.pk} ${key.sk}`}  ${item?.messageType} to ${item?.toAgent}${email}`;
};

const line = (waiting: Waiting, outcome: Outcome): string => {
  const what = `${nameOf(waiting)}, sent ${waiting.sentAt}`;
  if (outcome.kind === 'published') return `published  ${what}`;
  if (outcome.kind === 'queued') return `queued     ${what}`;
  if (outcome.kind === 'notDue') return `passed     ${what}: handed over meanwhile`;
  return `FAILED     ${what}: ${explained(outcome.error)}`;
};

const run = async (): Promise<void> => {
  const values = read();
  if (values.help) return console.log(HELP);
  const { table, data = '.local' } = values;
  const ofAccount =
    values.region ??
    values['directives-topic'] ??
    values['hitl-topic'] ??
    values['timer-queue'] ??
    values['webhook-queue'];
  if (table ? values.data : ofAccount)
    throw new Error('--table and what goes with it name an account, --data a local stack: one or the other');
  const seconds = Number(values['older-than']);
  // Not `Number` alone: an empty variable of a shell would be 0, and take what the notifier is publishing.
  if (!/^\d{1,9}$/.test(values['older-than']))
    throw new Error(`--older-than ${values['older-than']} is no whole number of seconds`);
  const far = table ? accountFar(table, values) : localFar(data);

  const count = { published: 0, queued: 0, notDue: 0, retry: 0, giveUp: 0 };
  for await (const each of waiting(far.table, new Date(Date.now() - seconds * 1_000).toISOString())) {
    const outcome = await handOver(far, each.item);
    count[outcome.kind]++;
    console.log(line(each, outcome));
  }
  const failed = count.retry + count.giveUp;
  console.log(`${count.published} published, ${count.queued} queued, ${count.notDue} passed, ${failed} failed.`);
  if (failed > 0) process.exitCode = 1;
};

/** One line that a person can act on; the SDK's own words where they are good enough. */
const explained = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, name, message } = error as Error & { code?: string };
  if (code === 'ECONNREFUSED') return 'nothing answers there: is the local stack running (npm start)?';
  if (name === 'ResourceNotFoundException') return 'there is no such table in this account and region';
  if (name === 'NotFoundException') return 'there is no such topic in this account and region';
  if (name === 'QueueDoesNotExist') return 'there is no such queue in this account and region';
  if (name === 'CredentialsProviderError') return `no AWS credentials: ${message}`;
  if (message === 'Region is missing') return 'which region? --region or AWS_REGION names it';
  return message.split(/\n|\. /, 1)[0] || name;
};

await run().catch((error: unknown) => {
  console.error(`redrive: ${explained(error)}`);
  process.exitCode = 1;
});
