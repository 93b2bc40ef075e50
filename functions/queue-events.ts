/**
 * Reads the table's stream and queues what the events that its outbox holds ask for: the timers that they set off, and
 * what webhooks are told.
 */

import { env, required } from '../lib/env.ts';
import { type FarOfEvents, queueEvents } from '../lib/outbox/events.ts';
import { handlerOf } from '../lib/outbox/stream.ts';
import { openTable } from '../lib/store/client.ts';
import { openQueue } from '../lib/timer/queue.ts';
import { openWebhooks } from '../lib/webhook/queue.ts';

const far: FarOfEvents = {
  table: openTable(),
  timers: openQueue(required(env.timerQueue)),
  webhooks: openWebhooks(required(env.webhookQueue)),
};

export const handler = handlerOf({ table: far.table, handOver: (items) => queueEvents(far, items) });
