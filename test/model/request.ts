import { type Answer, type Body, type Doer, type ModelAtp, type Names, Refused, type World } from './world.ts';

/** A call whose input is good, on the world as it is. */
export type Request = { world: World; doer: Doer; body: Body; names: Names };
/** What came of it: the ATPs that it wrote, and what it answers. */
export type Made = { atps: readonly ModelAtp[]; answer: Answer };

export const answer = ({ id }: ModelAtp, more: Omit<Answer, 'outcome' | 'atpId'> = {}): Answer => ({
  outcome: 'accepted',
  atpId: id,
  ...more,
});

export const knownAtp = ({ world, body }: Request, id = body.atpId as string): ModelAtp => {
  const atp = world.atps[id];
  if (!atp) throw new Refused('NOT_FOUND');
  return atp;
};
