import { type Change, type Changes, type Ending, writtenAhead } from './changes/change.ts';
import { emergency } from './changes/emergency.ts';
import { hotfix } from './changes/hotfix.ts';
import { review } from './changes/review.ts';
import { bugfix, standard } from './changes/work.ts';
import type { Door, steps } from './steps.ts';

const changes: { [type in keyof typeof steps]: Changes<(typeof steps)[type]> } = {
  hotfix,
  emergency,
  review,
  bugfix,
  standard,
};

/** What may change between the read and the write of this door, so that its call is planned again, and how that ends. */
export const changesOf = ({
  type,
  row,
  tool,
}: Pick<Door, 'type' | 'row' | 'tool'>): (Change & { ending: Ending })[] => {
  const rows: { [row: string]: readonly Change[] } = changes[type];
  return [...(rows[row] ?? []), writtenAhead('done')]
    .filter(({ at }) => at?.includes(tool) ?? true)
    .map((change) => ({ ...change, ending: endingAt(change.ending, tool) }));
};

const endingAt = (ending: Change['ending'], tool: Door['tool']): Ending =>
  typeof ending === 'string' ? ending : (ending[tool] ?? 'done');
