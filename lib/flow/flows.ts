import type { AtpType } from '../model.ts';
import { bugfix } from './bugfix.ts';
import { emergency } from './emergency.ts';
import type { Flow } from './flow.ts';
import { hotfix } from './hotfix.ts';
import { review } from './review.ts';
import { standard } from './standard.ts';

/** The flows served. A new flow is a table of its own and a line here. */
export const flows: readonly Flow[] = [hotfix, emergency, review, bugfix, standard];

export const servedTypes = flows.map(({ type }) => type);

export const findFlow = (type: AtpType): Flow | undefined => flows.find((flow) => flow.type === type);

/** For an ATP of the table, whose type was checked when it was created. */
export const flowOf = ({ type }: { type: AtpType }): Flow => {
  const flow = findFlow(type);
  if (!flow) throw new Error(`no flow is served for type ${type}`);
  return flow;
};
