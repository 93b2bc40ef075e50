import type { ChecklistEntry } from '../model.ts';

/** What a review answers: the spec's post-incident requirements, then what a hotfix skips and defers to its review. */
export const reviewChecklist = [
  'root-cause',
  'permanent-fix',
  'test-coverage',
  'documentation',
  'process-improvement',
  'code-review',
  'full-verification',
] as const;

const place = (item: string): number => (reviewChecklist as readonly string[]).indexOf(item);

/** In the order of the list above: a map of the table's has none. */
export const openItems = (checklist: Record<string, Pick<ChecklistEntry, 'state'>> | undefined): string[] =>
  Object.entries(checklist ?? {})
    .filter(([, { state }]) => state === 'open')
    .map(([item]) => item)
    .toSorted((one, other) => place(one) - place(other));
