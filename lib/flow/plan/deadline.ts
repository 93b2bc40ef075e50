import { duration } from '../../duration.ts';
import type { DeadlineMark, Timer } from '../../model.ts';
import type { Call } from '../call.ts';
import { firedMark } from '../deadlines.ts';
import { Draft } from '../draft.ts';
import type { Deadline } from '../flow.ts';
import { flowOf } from '../flows.ts';
import type { Snapshot, Write } from '../write.ts';
import { queueReview } from './close.ts';
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
  return deadline.escalation ? escalate(draft, deadline, mark, call) : meetObligations(draft, call);
};

const escalate = (draft: Draft, deadline: Deadline, mark: DeadlineMark, { timeouts }: Call): readonly Write[] => {
  const { before: atp, at } = draft;
  const fired = firedMark(deadline, mark, atp, at, timeouts);
  const told = { waited: duration(at - Date.parse(mark.since)), firing: fired.firings };
  const message = draft.send({
    ...(deadline.escalation?.(atp, told) ?? { subject: deadline.name, body: deadline.rule }),
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
  const { atpId, hitlNotification, followUp, followUpAtpId, closedAt } = draft.before;
  const did: string[] = [];
  if (followUp?.state === 'open') {
    const review = queueReview(draft, {}, call);
    draft.beside(...review.writes);
    did.push(`It queued the post-incident review ${review.atp.atpId}, due ${review.atp.dueAt}.`);
  } else if (followUpAtpId) {
    did.push(`The post-incident review ${followUpAtpId} is queued.`);
  }
  const notifies = hitlNotification?.state === 'open';
  if (notifies) did.push('This message is the notification of the closure.');
  const message = draft.send({
    toAgent: '@operator',
    // There is one notification of a closure; that the service had to make the review is told by itself.
    messageType: notifies ? 'HITLNotification' : 'Escalation',
    priority: 'P2-Normal',
    subject: 'Closed, and the service had to do what @pm still owed',
    body: [
      `${atpId} was closed at ${closedAt}. What its closure owes was not done in time, so the service did it.`,
      ...did,
    ].join('\n'),
    requiresAck: false,
  });
  if (notifies) meetNotification(draft, message, call);
  return draft.toPlan({ action: 'meetObligations', messageId: message.messageId, notes: did.join(' ') }).writes;
};
