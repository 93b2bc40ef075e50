import { isClosed, priorities } from '../model.ts';
import type { AtpView, Detail, MessageView, NextCall } from './answers.ts';

export const isOpen = ({ status }: Pick<AtpView, 'status'>): boolean => !isClosed(status);
export const isReview = ({ type }: Pick<AtpView, 'type'>): boolean => type === 'review';

/** Emergencies first, then by priority, then those that have waited longest. */
export const mostUrgentFirst = (atps: readonly AtpView[]): AtpView[] => {
  const rank = ({ type, priority }: AtpView): number => (type === 'emergency' ? -1 : priorities.indexOf(priority));
  return atps.toSorted((one, other) => rank(one) - rank(other) || inOrder(one.createdAt, other.createdAt));
};

/** Those without a time last. */
export const soonestDueFirst = (atps: readonly AtpView[]): AtpView[] =>
  atps.toSorted((one, other) => inOrder(one.dueAt ?? '9', other.dueAt ?? '9') || inOrder(one.atpId, other.atpId));

const inOrder = (one: string, other: string): number => Number(one > other) - Number(one < other);

/** Whether every word asked for stands somewhere in it, in any case. */
export const matches = (atp: AtpView, asked: string): boolean => {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { atpId, title, type, status, priority, owner, notes, summary, incident = {} } = atp;
  const { environment, category, reporter, summary: alert } = incident;
  const text = [
    atpId,
    title,
    type,
    status,
    priority,
    owner?.name,
    notes,
    summary,
    environment,
    category,
    reporter,
    alert,
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

/** What the list says of an ATP beyond its own fields. */
export type Turn = { first?: NextCall; waitsFor: string[] };

/** Whose turn it is: the flow puts the most useful step first. */
export const turnOf = ({ next, messages }: Pick<Detail, 'next' | 'messages'>): Turn => ({
  ...(next[0] && { first: next[0] }),
  waitsFor: [...new Set(messages.flatMap(({ waitsFor = [] }) => waitsFor))],
});

/** A directive that nobody has taken yet, and that still counts. */
export const isWaiting = ({ requiresAck, acknowledgedAt, supersededAt }: MessageView): boolean =>
  requiresAck && !acknowledgedAt && !supersededAt;

/** The deadline that passes first. */
export const nearestDeadline = ({ deadlines = [] }: AtpView) =>
  deadlines.toSorted((one, other) => inOrder(one.dueAt, other.dueAt))[0];

const waits: Readonly<Record<string, string>> = {
  'acknowledgement@dev': '@dev to acknowledge',
  'acknowledgement@qa': '@qa to acknowledge',
  'acknowledgement@sre': '@sre to acknowledge',
  directive: 'a directive to @dev',
  fix: 'a fix, or a sign of life',
  verification: 'somebody who verifies it',
  obligations: 'what it owes',
  review: 'its review',
};
/** What a deadline waits for, in words. */
export const waitOf = (deadline: string): string => waits[deadline] ?? deadline;

/** Where a page says that more is to be read of it. Only http and https: all else is shown as the text that it is. */
export const linkOf = (url: string | undefined): string | undefined =>
  url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
