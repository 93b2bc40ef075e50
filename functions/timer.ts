/**
 * Works off the queue of timers: fires what is due, and sends on what is not yet. The same queue holds what asks for
 * mails: for a message's own, and for the digests of the topics.
 */

import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { mailOwn } from '../lib/digest/mail-own.ts';
import { asDigestDue, asOwnEmailDue } from '../lib/digest/queue.ts';
import { workOffDigests } from '../lib/digest/work-off.ts';
import { env, required, requiredJson } from '../lib/env.ts';
import { planDeadline } from '../lib/flow/plan/deadline.ts';
import type { Timeouts } from '../lib/model.ts';
import { openTopics } from '../lib/notify/publish.ts';
import { openTable } from '../lib/store/client.ts';
import { openQueue } from '../lib/timer/queue.ts';
import { type Surroundings, workOff } from '../lib/timer/work-off.ts';

const surroundings: Surroundings = {
  table: openTable(),
  queue: openQueue(required(env.timerQueue)),
  timeouts: requiredJson<Timeouts>(env.timeouts),
  webhooks: requiredJson<boolean>(env.webhooks),
  plan: planDeadline,
};
const { table, queue } = surroundings;
const ofMails = {
  table,
  queue,
  topics: openTopics(),
  interval: requiredJson<number>(env.digestInterval),
};

type Received<Due> = { messageId: string; due: Due };

/** Of each record that holds what `as` makes out. */
const dueIn = <Due>(records: readonly SQSRecord[], as: (body: unknown) => Due | undefined): Received<Due>[] =>
  records.flatMap(({ messageId, body }) => {
    const due = as(parsed(body));
    return due ? [{ messageId, due }] : [];
  });

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** What failed is received again after the queue's visibility timeout, until it becomes a dead letter. */
export const handler = async (
  { Records }: SQSEvent,
  { awsRequestId }: { awsRequestId: string },
): Promise<SQSBatchResponse> => {
  const digests = dueIn(Records, asDigestDue);
  const ownEmails = dueIn(Records, asOwnEmailDue);
  const mails = new Set([...digests, ...ownEmails].map(({ messageId }) => messageId));
  const timers = Records.filter(({ messageId }) => !mails.has(messageId));
  const failed = await Promise.all([
    workOff(timers, surroundings, awsRequestId),
    workOffDigests(digests, ofMails, awsRequestId),
    mailOwn(ownEmails, ofMails, awsRequestId),
  ]);
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
};
