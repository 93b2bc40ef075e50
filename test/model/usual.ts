/** Who usually wants what. */

import type { WishName } from './wishes.ts';
import { everybody, type Who } from './world.ts';

const rivals: Partial<Record<Who, Who>> = { 'dev-1': 'dev-2', 'dev-2': 'dev-1', 'pm-1': 'pm-2', 'pm-2': 'pm-1' };
/** Another principal of the same role, where there is one. */
export const rivalOf = (who: Who): Who => rivals[who] ?? who;

const wanting: readonly [wishes: RegExp, whos: readonly Who[]][] = [
  [/Complete|Blocked|handoff|Handoff|acknowledge the directive/, ['dev-1', 'dev-2']],
  [/^test/, ['qa-1']],
  [/Deployed/, ['sre-1']],
  [/^decide$/, ['operator-1']],
  [/^(answer|review)/, ['dev-1', 'pm-1', 'dev-2']],
  [/acknowledge|Update|Blocker|escalate|keep/, everybody],
];

/** Whatever the state: principals of the roles that the wish suits. */
export const usually = (wish: WishName, n: number): Who => {
  const [, whos] = wanting.find(([wishes]) => wishes.test(wish)) ?? [undefined, ['pm-1', 'pm-2'] as const];
  return whos[n % whos.length] ?? 'pm-1';
};
