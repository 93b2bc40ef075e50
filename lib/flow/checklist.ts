import type { ChecklistEntry } from '../model.ts';

/** What the review of a hotfix answers: the spec's post-incident requirements, then what a hotfix skips and defers to it. */
export const hotfixReview = [
  'root-cause',
  'permanent-fix',
  'test-coverage',
  'documentation',
  'process-improvement',
  'code-review',
  'full-verification',
] as const;

/** What the review of an emergency answers: a postmortem. */
export const postmortem = ['timeline', 'root-cause', 'impact', 'resolution', 'prevention', 'action-items'] as const;

const lists: readonly (readonly string[])[] = [hotfixReview, postmortem];
export const checklistItems = [...new Set([...hotfixReview, ...postmortem])];

/** In the order of the list that has them all: a map of the table's has none. */
export const inListOrder = (items: readonly string[]): string[] => {
  const list = lists.find((each) => items.every((item) => each.includes(item))) ?? [];
  return items.toSorted((one, other) => list.indexOf(one) - list.indexOf(other));
};

export const openItems = (checklist: Record<string, Pick<ChecklistEntry, 'state'>> = {}): string[] =>
  inListOrder(Object.keys(checklist)).filter((item) => checklist[item]?.state === 'open');
