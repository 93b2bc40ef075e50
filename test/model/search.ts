/** Whether calls made at once have an order in which the model answers as the service did. */

import { isDeepStrictEqual } from 'node:util';
import { predict } from './predict.ts';
import { type Answered, shownAnswer } from './real.ts';
import type { Act, World } from './world.ts';

export type Done = { act: Act; real: Answered };

/** The world that such an order leaves, of those that `fits`; undefined where there is none. */
export const explain = (world: World, done: readonly Done[], fits: (world: World) => boolean): World | undefined => {
  if (done.length === 0) return fits(world) ? world : undefined;
  for (const [place, { act, real }] of done.entries()) {
    const { world: after, answer } = predict(world, act, real.names);
    if (!isDeepStrictEqual(shownAnswer(answer), real.shown)) continue;
    const found = explain(after, done.toSpliced(place, 1), fits);
    if (found) return found;
  }
  return undefined;
};
