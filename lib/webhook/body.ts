import type { Atp, Event, WebhookEvent } from '../model.ts';
import { atpView, eventView } from '../view.ts';
import type { Delivery } from './queue.ts';

/** What a receiver is sent at most, in bytes; SQS takes as much again and more, with what stands around it. */
export const BODY_LIMIT = 256 * 1024;
/** Left for what a message of the queue says beside the body: SQS held 256 KB until it held more. */
const ENVELOPE = 2 * 1024;

/** The same for each delivery of an event, so that a receiver knows it again. */
export const eventIdOf = (ulid: string): string => `evt_${ulid}`;

/**
 * What is sent of an event: the ATP as it is now, which may be further on than the event. An ATP that is too large is
 * cut to what identifies it, with `truncated`.
 */
export const bodyOf = (type: WebhookEvent, ulid: string, atp: Atp, event: Event): Delivery['body'] => {
  const about = { type, eventId: eventIdOf(ulid), at: event.at };
  const whole = { ...about, atp: atpView(atp), event: eventView(event) };
  if (Buffer.byteLength(JSON.stringify(whole)) <= BODY_LIMIT - ENVELOPE) return whole;
  const { atpId, type: flow, status, stage, priority, createdAt, updatedAt } = whole.atp;
  const { notes: _, ...line } = whole.event;
  return {
    ...about,
    truncated: true,
    atp: { atpId, type: flow, status, stage, priority, createdAt, updatedAt },
    event: line,
  };
};
