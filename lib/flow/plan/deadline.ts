import { duration } from '../../duration.ts';
import type { DeadlineMark, Timer } from '../../model.ts';
import type { Call } from '../call.ts';
import { firedMark } from '../deadlines.ts';
import { Draft } from '../draft.ts';
import type { Deadline } from '../flow.ts';
import { flowOf } from '../flows.ts';
import type { Snapshot, Write } from '../write.ts';
import { closingText, queueReview } from './close.ts';
import { meetNotification } from './message.ts';

/**
 * What a deadline that has passed makes the service do, as `@system`. Nothing where the timer's ATP is gone, or no longer
 * waits for what the timer was set for until just then: a timer may fire twice, or a day late.
 */
export const planDeadline = (timer: Timer, snapshot: Snapshot, call: Call): readonly Write[] => {
  const atp = snapshot.atp(timer.atpId);
  const deadline = atp && flowOf(atp).deadlines.find(({ name }) => name === timer.deadline);
  const mark = atp?.deadlines[timer.deadline];
  if (!atp || !deadline || mark?.dueAt !== timer.dueAt || mark.waitsFor !== deadline.waitsFor(atp)) return [];
  const draft = Draft.of(atp, call)
    .relyOn(...deadline.reads)
    .relyOnDeadline(deadline.name);
  const { escalation } = deadline;
  return escalation ? escalate(draft, { ...deadline, escalation }, mark, call) : meetObligations(draft, call);
};

type Escalating = Deadline & Required<Pick<Deadline, 'escalation'>>;

const escalate = (draft: Draft, deadline: Escalating, mark: DeadlineMark, { timeouts }: Call): readonly Write[] => {
  const { before: atp, at } = draft;
  const fired = firedMark(deadline, mark, atp, at, timeouts);
  const waited = duration(at - Date.parse(mark.since));
  const message = draft.send({
    ...deadline.escalation(atp, { waited, firing: fired.firings }),
    toAgent: '@operator',
    messageType: 'Escalation',
    priority: atp.priority,
    requiresAck: false,
  });
  draft.set({ [`deadlines/${deadline.name}`]: fired });
  return draft.toPlan({ action: 'escalate', messageId: message.messageId, notes: message.subject }).writes;
};

/** The notification and the review that nobody made in time, whichever are still owed. */
const meetObligations = (draft: Draft, call: Call): readonly Write[] => {
  const { atpId, hitlNotification, followUp, followUpAtpId } = draft.before;
  const review = followUp?.state === 'open' ? queueReview(draft, {}, call) : undefined;
  const notifies = hitlNotification?.state === 'open';
  const did = [
    ...(review ? [`the post-incident review ${review.atp.atpId}, due ${review.atp.dueAt}`] : []),
    ...(notifies ? ['this notification'] : []),
  ].join(', and ');
  const message = draft.send({
    toAgent: '@operator',
    // There is one notification of a closure; that the service had to make the review is told by itself.
    messageType: notifies ? 'HITLNotification' : 'Escalation',
    priority: 'P2-Normal',
    subject: 'Closed, and the service had to do what @pm still owed',
    body: [
      `What the closure of ${atpId} owes was not done in time, so the service did it: ${did}.`,
      closingText(draft.after, review?.atp),
      ...(followUpAtpId ? [`Post-incident review ${followUpAtpId} is queued.`] : []),
    ].join('\n'),
    requiresAck: false,
  });
  if (notifies) meetNotification(draft, message, call);
  if (review) draft.beside(...review.writes);
  return draft.toPlan({ action: 'meetObligations', messageId: message.messageId, notes: `The service made ${did}` })
    .writes;
};
