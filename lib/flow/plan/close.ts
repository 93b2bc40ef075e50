import { type Atp, type Gates, isClosed, type Message } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { inFlowOrder, titleOf } from '../brief.ts';
import type { Call } from '../call.ts';
import type { Draft } from '../draft.ts';
import { flowOf } from '../flows.ts';
import { knownAtp, refuse } from '../permit.ts';
import type { Plan, Snapshot, Write } from '../write.ts';
import { meetFollowUp, queue } from './create.ts';
import { meetNotification } from './message.ts';
import { draftTransition, moved, notesOf, refuseForeignGates } from './transition.ts';

export type CloseInput = {
  atpId: string;
  gates?: Gates | undefined;
  summary?: string | undefined;
  notification?: { subject?: string | undefined; body?: string | undefined } | undefined;
  followUp?: { title?: string | undefined; notes?: string | undefined; atpId?: string | undefined } | undefined;
  alertOverride?: string | undefined;
};

/** `atp_close`: the closure and what it owes, met at once, in one transaction. */
export const planClose = (input: CloseInput, snapshot: Snapshot, call: Call): Plan => {
  const atp = knownAtp(snapshot, input.atpId);
  refuseForeignGates(atp, input);
  refuseUnowed(atp, input);
  refuseTakenReview(atp, input, snapshot, call);
  const { draft, row } = draftTransition(atp, { tool: 'atp_close', to: 'Closed' }, input, call);
  const owed = row.effects.owes ?? [];
  draft.set({ summary: input.summary });

  const review = owed.includes('followUp') ? queueReview(draft, input, call) : undefined;
  const message = owed.includes('hitlNotification') ? notifyOperator(draft, input, review?.atp, call) : undefined;
  return draft.beside(...(review?.writes ?? [])).toPlan(
    {
      action: row.step,
      ...moved(row),
      ...notesOf({ notes: input.summary, alertOverride: input.alertOverride }, atp),
      ...(message && { messageId: message.messageId }),
    },
    { message, followUp: review?.atp, endOfMessage: true },
  );
};

const refuseTakenReview = (atp: Atp, { followUp }: CloseInput, snapshot: Snapshot, { principal }: Call): void => {
  const taken = followUp?.atpId !== undefined && !isClosed(atp.status) && snapshot.atp(followUp.atpId);
  if (!taken) return;
  throw refuse(
    'ALREADY_EXISTS',
    `${taken.atpId} exists already: choose another followUp.atpId, or leave it out. ${atp.atpId} was not closed.`,
    atp,
    principal,
  );
};

/** What a flow does not owe cannot be given: nothing of the input is lost in silence. */
const refuseUnowed = (atp: Atp, { followUp, notification }: CloseInput): void => {
  const owes = flowOf(atp).transitions.some(({ effects }) => effects.owes);
  if (owes || isClosed(atp.status)) return;
  const issues = Object.entries({ followUp, notification })
    .filter(([, value]) => value !== undefined)
    .map(([path]) => ({ path, message: `the closure of a ${atp.type} owes none; leave it out` }));
  if (issues.length === 0) return;
  throw new Refusal('INVALID_INPUT', `A ${atp.type} closes without notification and follow-up; leave these out.`, {
    issues,
  });
};

export const queueReview = (
  draft: Draft,
  { followUp }: Pick<CloseInput, 'followUp'>,
  call: Call,
): { atp: Atp; writes: Write[] } => {
  const review = queue({ ...followUp, type: 'review', source: draft.before }, call, draft.at);
  meetFollowUp(draft, review.atp, call);
  return review;
};

const notifyOperator = (draft: Draft, input: CloseInput, review: Atp | undefined, call: Call): Message => {
  const message = draft.send({
    toAgent: '@operator',
    messageType: 'HITLNotification',
    priority: 'P2-Normal',
    subject: input.notification?.subject ?? titleOf(draft.before),
    body: openedBy(input.summary, input.notification?.body ?? closingText(draft.after, review)),
    requiresAck: false,
  });
  meetNotification(draft, message, call);
  return message;
};

/** The notification's body: the summary opens it. */
export const openedBy = (summary: string | undefined, body: string): string =>
  summary ? `${summary}\n\n${body}` : body;

/** What was closed, who fixed it, how it was verified. */
export const closingText = (atp: Atp, review: Atp | undefined): string =>
  [
    `${atp.atpId} "${titleOf(atp)}" is closed.`,
    atp.owner && `Fixed by ${atp.owner.name}.`,
    atp.gates &&
      `Gates: ${Object.entries(inFlowOrder(atp.gates, atp))
        .map(([name, held]) => `${name} ${held ? 'yes' : 'no'}`)
        .join(', ')}.`,
    review && `Post-incident review ${review.atpId} is queued, due ${review.dueAt}.`,
  ]
    .filter(Boolean)
    .join('\n');
