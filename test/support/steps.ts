import type { AtpType, ToolName } from '../../lib/model.ts';
import type { Step } from './steps/calls.ts';
import { emergency, hotfix } from './steps/incident.ts';
import { review } from './steps/review.ts';
import { bugfix, standard } from './steps/work.ts';

/** Every row that begins at an ATP, by flow, then by status, step and role. */
export const steps = { hotfix, emergency, review, bugfix, standard } as const satisfies {
  [type in AtpType]: { [row: string]: Step };
};

/** A row at one of its doors. */
export type Door = Omit<Step, 'doors'> & {
  type: AtpType;
  row: string;
  /** Flow and row. */
  name: string;
  tool: ToolName;
  call: NonNullable<Step['doors'][ToolName]>;
};

/** Every door of every row. */
export const doors: readonly Door[] = Object.entries(steps).flatMap(([type, rows]) =>
  Object.entries(rows).flatMap(([row, { doors, ...step }]: [string, Step]) =>
    Object.entries(doors).map(([tool, call]) => ({
      ...step,
      type: type as AtpType,
      row,
      name: `${type} ${row}`,
      tool: tool as ToolName,
      call,
    })),
  ),
);
