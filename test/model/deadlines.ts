/** Which deadlines run on an ATP (contract section 5 and docs/deploy.md), as the model has it. */

import { isIncident, isOver, type Mark, type ModelAtp } from './world.ts';

/** How often each speaks; the others do so every time. */
const most: Record<string, number> = {
  'acknowledgement@dev': 3,
  'acknowledgement@qa': 3,
  'acknowledgement@sre': 3,
  directive: 1,
  verification: 1,
  obligations: 1,
  review: 5,
};

const acknowledgement = ({ directives, messages, reworkedAt }: ModelAtp, role: string): string | undefined => {
  const newest = directives[role];
  const letter = newest?.open ? messages[newest.place] : undefined;
  return letter?.priority === 'P0-Critical' && letter.sentAt >= reworkedAt ? `message ${newest?.place}` : undefined;
};

const ofIncident = (atp: ModelAtp): Record<string, string | undefined> => {
  const { type, status, directives, owner, ownerSeenAt, reworkedAt, completedAt, deployedAt, owes } = atp;
  const running = status === 'InProgress';
  const owing = [owes?.hitlNotification, owes?.followUp].some((each) => each?.state === 'open');
  return {
    directive: running && !directives['@dev'] ? 'started' : undefined,
    fix:
      running && (owner || reworkedAt > 0)
        ? `${type} ${owner ?? 'nobody'} ${Math.max(ownerSeenAt, reworkedAt)}`
        : undefined,
    verification:
      status === 'Complete' ? `complete ${completedAt}` : status === 'Deployed' ? `deployed ${deployedAt}` : undefined,
    obligations: owing ? 'closed' : undefined,
  };
};

/** Only incidents have a time-out for their fix here; the review's is its due date. */
const waitsOf = (atp: ModelAtp): Record<string, string | undefined> => ({
  'acknowledgement@dev': acknowledgement(atp, '@dev'),
  'acknowledgement@qa': acknowledgement(atp, '@qa'),
  'acknowledgement@sre': acknowledgement(atp, '@sre'),
  ...(isIncident(atp) && ofIncident(atp)),
  ...(atp.type === 'review' && { review: isOver(atp) ? undefined : 'due' }),
});

/** A deadline goes on while it waits for the same, starts with what is new, and ends. */
export const deadlinesOf = (atp: ModelAtp): ModelAtp['deadlines'] =>
  Object.fromEntries(
    Object.entries(waitsOf(atp)).flatMap(([name, waitsFor]): [string, Mark][] => {
      if (waitsFor === undefined) return [];
      const running = atp.deadlines[name];
      return [[name, running?.waitsFor === waitsFor ? running : { waitsFor, firings: 0, due: true }]];
    }),
  );

export const firedMark = (name: string, { waitsFor, firings }: Mark): Mark => ({
  waitsFor,
  firings: firings + 1,
  due: firings + 1 < (most[name] ?? Number.POSITIVE_INFINITY),
});
