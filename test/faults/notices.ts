/** Whether people and machines were told of exactly what was written: a notice exists if and only if its message does. */

import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { topicNames } from '../../lib/notify/outgoing.ts';
import { waiting } from '../../lib/outbox/waiting.ts';
import type { Table } from '../../lib/store/client.ts';
import { drainedIds } from '../support/drained.ts';
import { mailboxOf } from '../support/mailbox.ts';
import type { Body as Any } from '../support/service.ts';
import { until } from '../support/until.ts';

type Queues = { endpoint: string; queues: { directives: string; hitl: string } };
export type Sent = { messages: number; owed: number; delivered: number; violations: string[] };

/** What the queues of the topics got, kept over several looks. */
export class Delivered {
  readonly #ids = { directives: [] as string[], hitl: [] as string[] };

  async take({ endpoint, queues }: Queues): Promise<void> {
    for (const topic of topicNames) this.#ids[topic].push(...(await drainedIds(endpoint, queues[topic])));
  }

  of(topic: 'directives' | 'hitl'): readonly string[] {
    return this.#ids[topic];
  }
}

const messagesIn = async ({ client, name: TableName }: Table): Promise<Any[]> => {
  const all: Any[] = [];
  const FilterExpression = 'begins_with(sk, :message)';
  const input = { TableName, FilterExpression, ExpressionAttributeValues: { ':message': 'MESSAGE#' } };
  for await (const { Items = [] } of paginateScan({ client }, input)) all.push(...Items);
  return all;
};

/** Contract section 5. */
const topicOf = ({ messageType, priority }: Any): 'directives' | 'hitl' | undefined => {
  if (messageType === 'HITLNotification' || messageType === 'Escalation') return 'hitl';
  const directs = messageType === 'Directive' || messageType === 'EmergencyDirective';
  return directs && priority === 'P0-Critical' ? 'directives' : undefined;
};

const FAR_FUTURE = '9999-12-31T00:00:00.000Z';
const isEmpty = async (table: Table): Promise<boolean> => (await waiting(table, FAR_FUTURE).next()).done ?? false;

/** Waits until the outbox is empty, then holds what was delivered against the table. */
export const noticesOf = async (
  table: Table,
  sqs: Queues,
  { data, delivered = new Delivered(), patienceMs }: { data: string; delivered?: Delivered; patienceMs: number },
): Promise<Sent> => {
  const violations: string[] = [];
  await until(() => isEmpty(table), { patienceMs, everyMs: 250 }).catch(() =>
    violations.push('the outbox still holds something'),
  );
  await delivered.take(sqs);
  const messages = await messagesIn(table);
  const { single, digests } = mailboxOf({ data });
  const mailed = new Set([...single, ...digests.flat()]);
  let owedTotal = 0;
  for (const topic of topicNames) {
    const owed = messages.filter((each) => topicOf(each) === topic);
    const ids = new Set(owed.map(({ messageId }) => messageId));
    const got = new Set(delivered.of(topic));
    owedTotal += ids.size;
    for (const { messageId, publishedAt } of owed) {
      if (!got.has(messageId)) violations.push(`${messageId} never came to the queue of ${topic}`);
      if (!mailed.has(messageId)) violations.push(`${messageId} was never mailed`);
      if (publishedAt === undefined) violations.push(`${messageId} is not marked as published`);
    }
    for (const id of got)
      if (!ids.has(id)) violations.push(`${id} came to ${topic}, and is no message that it is owed`);
  }
  const came = topicNames.reduce((sum, topic) => sum + delivered.of(topic).length, 0);
  return { messages: messages.length, owed: owedTotal, delivered: came, violations };
};
