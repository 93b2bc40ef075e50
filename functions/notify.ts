/**
 * Reads the table's stream and publishes the messages that its outbox holds to the topics, for people and machines
 * (contract section 5).
 */

import { env, required, requiredJson } from '../lib/env.ts';
import { measured } from '../lib/metrics/measured.ts';
import { LATE_NOTICE_MS } from '../lib/metrics/names.ts';
import { openTopics } from '../lib/notify/publish.ts';
import { type FarOfMessages, publishMessages } from '../lib/outbox/messages.ts';
import type { Outcome } from '../lib/outbox/outcome.ts';
import { handlerOf } from '../lib/outbox/stream.ts';
import { openTable } from '../lib/store/client.ts';
import type { Item } from '../lib/store/items.ts';
import { openQueue } from '../lib/timer/queue.ts';

const far: FarOfMessages = {
  table: openTable(),
  topics: openTopics(),
  digestInterval: requiredJson<number>(env.digestInterval),
  timers: openQueue(required(env.timerQueue)),
};

/** How old a notice is when it goes out, since its message was written; one of a drill is not counted. */
const counted = (outcome: Outcome, item: Item | undefined): object => {
  const sentAt = Date.parse(String(item?.sentAt));
  if (outcome.kind !== 'published' || item?.drill || Number.isNaN(sentAt)) return {};
  // The clock that wrote it may be ahead.
  const age = Math.max(0, outcome.at - sentAt);
  return measured({ NoticesPublished: 1, NoticesLate: age > LATE_NOTICE_MS ? 1 : 0, NoticeAge: age });
};

export const handler = handlerOf({ table: far.table, handOver: (items) => publishMessages(far, items), counted });
