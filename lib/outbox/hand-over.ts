/** From the table to where an item of the outbox is meant to go: at least once, and what went is marked. */

import type { Item } from '../store/items.ts';
import { type FarOfEvents, isForQueues, queueEvents } from './events.ts';
import { type FarOfMessages, publishMessages } from './messages.ts';
import type { Outcome } from './outcome.ts';

/** What is handed over to: messages go to the topics, timers and what webhooks are told to their queues. */
export type Far = FarOfMessages & FarOfEvents;

/**
 * Hands over an item of either kind that was just read, unless that is done already, and marks it. A crash between the
 * two hands it over once more: a message with the same `eventId`, a timer that finds nothing to do.
 */
export const handOver = async (far: Far, item: Item | undefined): Promise<Outcome> => {
  const [outcome] = await (isForQueues(item) ? queueEvents(far, [item]) : publishMessages(far, [item]));
  return outcome ?? { kind: 'notDue' };
};
