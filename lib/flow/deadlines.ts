import type { Atp, CallerRole, DeadlineMark, Timeouts } from '../model.ts';
import { iso } from './call.ts';
import { type Deadline, deadline } from './flow.ts';

const SECOND = 1_000;
const after = (since: number, seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : since + seconds * SECOND;

/** What the receiver of an escalation can do in any case. */
const otherwise = (atp: Atp): string =>
  `If nothing is broken, tell @pm to reject the ${atp.type} with notes that say why.`;

const acknowledgementBy = (role: CallerRole): Deadline =>
  deadline({
    name: `acknowledgement${role}`,
    rule: `a P0 directive to ${role} is acknowledged within the acknowledgement time-out; rework disarms it`,
    reads: ['directives', 'reworkedAt'],
    waitsFor: ({ directives, reworkedAt = '' }) => {
      const { open, priority, messageId, sentAt } = directives[role] ?? {};
      return open && priority === 'P0-Critical' && sentAt && sentAt >= reworkedAt ? messageId : undefined;
    },
    due: (_, since, __, { acknowledgement }) => after(since, acknowledgement),
    firings: 3,
    escalation: (atp, { waited, firing }) => ({
      subject: `No ${role} has acknowledged the directive for ${waited}`,
      body: [
        `The P0 directive to ${role} has waited ${waited} for acknowledgement and nobody has taken it (escalation ${firing} of 3).`,
        `Get somebody of ${role} to call message_ack with messageId ${atp.directives[role]?.messageId}. If none of them can, tell @pm: a new directive goes to all of ${role} again. ${otherwise(atp)}`,
      ].join('\n\n'),
    }),
  });

/** Of every flow: nobody answers a P0 directive. */
export const acknowledgements: readonly Deadline[] = (['@dev', '@qa', '@sre'] as const).map(acknowledgementBy);

/** Started, and nobody was told to fix it. */
export const directiveSent = deadline({
  name: 'directive',
  rule: 'a directive to @dev is sent within the acknowledgement time-out of the start',
  reads: ['status', 'directives', 'createdAt'],
  waitsFor: ({ status, directives, createdAt }) =>
    status === 'InProgress' && !directives['@dev'] ? createdAt : undefined,
  due: (_, since, __, { acknowledgement }) => after(since, acknowledgement),
  firings: 1,
  escalation: (atp, { waited }) => ({
    subject: `Started ${waited} ago, and no directive to @dev was sent`,
    body: [
      `${atp.atpId} was started ${waited} ago by ${atp.createdBy.name}, and nobody was told to fix it.`,
      `Tell @pm to send @dev a Directive with message_send. ${otherwise(atp)}`,
    ].join('\n\n'),
  }),
});

/** Somebody has the fix, or had it sent back, and nothing is heard of it. Any write of the owner on the ATP is a sign of life. */
export const signOfLife = deadline({
  name: 'fix',
  rule: 'the owner hands off or gives a sign of life within the fix time-out; again after each further one',
  reads: ['type', 'status', 'owner', 'ownerSeenAt', 'reworkedAt'],
  waitsFor: ({ type, status, owner, ownerSeenAt = '', reworkedAt = '' }) =>
    status === 'InProgress' && (owner || reworkedAt)
      ? [type, owner?.name ?? 'nobody', ownerSeenAt > reworkedAt ? ownerSeenAt : reworkedAt].join(' ')
      : undefined,
  due: ({ type }, since, _, { fix }) => after(since, fix[type]),
  firings: Number.POSITIVE_INFINITY,
  escalation: (atp, { waited }) => {
    const who = atp.owner?.name;
    return {
      subject: who ? `No sign of life from ${who} for ${waited}` : `Sent back ${waited} ago, and nobody has it`,
      body: [
        who
          ? `${who} owns this fix and has written nothing on it for ${waited}: no handoff, no Update.`
          : `The fix was sent back ${waited} ago, the newest directive to @dev is not acknowledged, and nobody has it.`,
        `Ask ${who ?? '@dev'}; an Update by message_send shows that they are at it. If they are gone, tell @pm to send @dev a new Directive: whoever acknowledges it first owns the fix then.`,
      ].join('\n\n'),
    };
  },
});

/** The fix is ready and nobody looks at it. */
export const verification = deadline({
  name: 'verification',
  rule: 'what is Complete or Deployed moves on within the verification time-out',
  reads: ['status', 'completedAt', 'deployedAt'],
  waitsFor: ({ status, completedAt, deployedAt }) => {
    if (status === 'Complete') return completedAt && `Complete ${completedAt}`;
    return status === 'Deployed' ? deployedAt && `Deployed ${deployedAt}` : undefined;
  },
  due: (_, since, __, { verification: seconds }) => after(since, seconds),
  firings: 1,
  escalation: (atp, { waited }) => ({
    subject: `${atp.status} for ${waited}, and it has not moved since`,
    body: [
      `${atp.atpId} is ${atp.status} for ${waited}, and was neither taken further nor sent back.`,
      `Tell @pm: atp_get with atpId ${atp.atpId} lists under next what is permitted now and who does it. Verify and close it, or send it back with notes that say why.`,
    ].join('\n\n'),
  }),
});

/** A closed ATP still owes its notification or its review: the service meets both itself. */
export const obligations = deadline({
  name: 'obligations',
  rule: 'what the closed ATP owes is met within the obligation time-out; past it the service meets it',
  reads: ['hitlNotification', 'followUp', 'closedAt'],
  waitsFor: ({ hitlNotification, followUp, closedAt }) =>
    [hitlNotification, followUp].some((each) => each?.state === 'open') ? closedAt : undefined,
  due: ({ hitlNotification, followUp }) => {
    const open = [hitlNotification, followUp].flatMap((each) => (each?.state === 'open' ? Date.parse(each.dueAt) : []));
    return Math.min(...open);
  },
  firings: 1,
});

/** Five mails, a day apart: who has not answered them will not answer a sixth. */
const REMINDERS = 5;

/** A review was promised for a time. */
export const reviewDone = deadline({
  name: 'review',
  rule: `the review is closed by its dueAt; past it once, then after each reminder interval, ${REMINDERS} times in all`,
  reads: ['status', 'dueAt'],
  waitsFor: ({ status, dueAt }) => (status === 'Closed' || status === 'Rejected' ? undefined : dueAt),
  due: ({ dueAt }, since, firing, { reminder }) =>
    firing === 1 && dueAt !== undefined ? Date.parse(dueAt) : after(since, reminder),
  firings: REMINDERS,
  escalation: (atp, { firing }) => ({
    subject: `The review is overdue (reminder ${firing} of ${REMINDERS})`,
    body: [
      `The review ${atp.atpId}${atp.sourceAtpId ? ` of ${atp.sourceAtpId}` : ''} was due at ${atp.dueAt} and is ${atp.status}.`,
      `Tell @pm to see to it: atp_get with atpId ${atp.atpId} lists what is open. Every item of the checklist is answered with checklist_update, then the review is completed and closed.`,
    ].join('\n\n'),
  }),
});

type Marks = Record<string, DeadlineMark>;
/** Undefined: it runs no longer. */
type Settled = { name: string; reads: readonly (keyof Atp)[]; mark: DeadlineMark | undefined };

/** Which deadlines start and end with a change that leaves the ATP as `atp` at time `at`. */
export const settleDeadlines = (
  deadlines: readonly Deadline[],
  marks: Marks,
  atp: Atp,
  at: number,
  timeouts: Timeouts,
): Settled[] => {
  const foreign = Object.keys(marks).filter((name) => !deadlines.some((each) => each.name === name));
  return [
    ...foreign.map((name) => ({ name, reads: [], mark: undefined })),
    ...deadlines.flatMap((each): Settled[] => {
      const { name, reads } = each;
      const waitsFor = each.waitsFor(atp);
      if (waitsFor === marks[name]?.waitsFor) return [];
      const mark = waitsFor === undefined ? undefined : markOf(each, waitsFor, atp, at, timeouts);
      return mark || marks[name] ? [{ name, reads, mark }] : [];
    }),
  ];
};

const markOf = (
  { due }: Deadline,
  waitsFor: string,
  atp: Atp,
  since: number,
  timeouts: Timeouts,
): DeadlineMark | undefined => {
  const time = due(atp, since, 1, timeouts);
  return time === undefined ? undefined : { waitsFor, since: iso(since), firings: 0, dueAt: iso(time) };
};

/** The mark of a deadline that fires at `at`: when it fires next, if it does. */
export const firedMark = (
  { due, firings: most }: Deadline,
  mark: DeadlineMark,
  atp: Atp,
  at: number,
  timeouts: Timeouts,
): DeadlineMark => {
  const { waitsFor, since } = mark;
  const firings = mark.firings + 1;
  if (firings >= most) return { waitsFor, since, firings };
  const nextFrom = (from: number): number | undefined => due(atp, from, firings + 1, timeouts);
  // From when it was due, so that late firings do not add up; unless it is so late that this has passed as well.
  const next = [nextFrom(Date.parse(mark.dueAt ?? since)), nextFrom(at)].find(
    (time) => time !== undefined && time > at,
  );
  return { waitsFor, since, firings, ...(next !== undefined && { dueAt: iso(next) }) };
};

/** The deadlines that still have something to say, as callers see them. */
export const runningDeadlines = (
  deadlines: readonly Deadline[],
  atp: Atp,
): { deadline: string; dueAt: string; firings: number }[] =>
  deadlines.flatMap(({ name, waitsFor }) => {
    const mark = atp.deadlines[name];
    return mark?.dueAt && mark.waitsFor === waitsFor(atp)
      ? [{ deadline: name, dueAt: mark.dueAt, firings: mark.firings }]
      : [];
  });
