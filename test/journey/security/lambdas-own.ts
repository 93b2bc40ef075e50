import type { Calls } from '../../support/least-privilege/calls.ts';
import { allows, type Grant, type Grants } from '../../support/least-privilege/policies.ts';

type LambdasOwn = { action: RegExp; on: RegExp; why: string };

/** What Lambda does with the role of a function, which no function asks for and no emulator is asked. */
export const lambdasOwn: readonly LambdasOwn[] = [
  { action: /^logs:(CreateLogStream|PutLogEvents)$/, on: /.*/, why: 'Lambda writes the log of a function' },
  {
    action: /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/,
    on: /^Outbox(Notify|QueueEvents)/,
    why: 'Lambda polls the stream',
  },
  {
    action: /^sqs:(DeleteMessage|GetQueueAttributes|ReceiveMessage)$/,
    on: /^(TimersTimer|WebhooksWebhook)/,
    why: 'Lambda polls the queue',
  },
  {
    action: /^sqs:SendMessage$/,
    on: /^(OutboxNotify|OutboxQueueEvents|Pagerscloudwatch).* .*DeadLetters/,
    why: 'Lambda puts what it gives up into the queue of dead letters',
  },
];

export const isOf = ({ action, on }: LambdasOwn, by: string, right: Grant): boolean =>
  action.test(right.action) && on.test(`${by} ${right.resource}`);

/** Rights that a policy gives and that nobody has made use of, those of Lambda aside. */
export const unusedOf = (grants: Grants, { all: calls }: Calls): string[] =>
  [...grants].flatMap(([by, all]) =>
    all
      .filter((grant) => !lambdasOwn.some((each) => isOf(each, by, grant)))
      .filter((grant) => !calls.some((call) => call.by === by && allows(grant, call)))
      .map(({ action, resource }) => `${by} ${action} ${resource}`),
  );
