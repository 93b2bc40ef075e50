import { type Event, isClosed, type WebhookEvent } from '../model.ts';

/** What endpoints outside are told of a line of the timeline: nothing, of most. `opens`: the ATP is made with it. */
export const webhookEventOf = (
  { action, to }: Pick<Event, 'action' | 'to'>,
  opens: boolean,
): WebhookEvent | undefined => {
  if (opens) return 'atp.opened';
  if (action === 'acknowledge') return 'atp.acknowledged';
  if (action === 'escalate' || action === 'raise') return 'atp.escalated';
  // `to` stands only where the status changes.
  if (to === 'Complete') return 'atp.completed';
  return to && isClosed(to) ? 'atp.closed' : undefined;
};
