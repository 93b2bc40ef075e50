/** `atp_create`, as the contract has it. */

import { Edit } from './edit.ts';
import { type Fields, newAtp, type Queued, queued } from './new-atp.ts';
import { answer, type Made, type Request } from './request.ts';
import { meet } from './tool-close.ts';
import { type Body, isOver, type ModelAtp, Refused, refuseIf, type World } from './world.ts';

type Creating = Fields & { sourceAtpId?: string; dependencies?: string[] };

export const atpCreate = (request: Request): Made => {
  const { world, doer, names } = request;
  const { type = 'review', sourceAtpId, dependencies, ...body } = request.body as Partial<Creating>;
  const source = sourceOf(world, request.body);
  const named = [...new Set(dependencies ?? [])].map((id) => world.atps[id] ?? missing());
  const review = source?.followUpId;
  if (type === 'review' && review) {
    refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
    return { atps: [], answer: answer(world.atps[review] ?? missing(), { created: false }) };
  }
  refuseIf(body.atpId !== undefined && body.atpId in world.atps, 'ALREADY_EXISTS');
  refuseIf(type === 'hotfix' || type === 'emergency', 'INVALID_TRANSITION');
  refuseIf(source && !(type === 'review' && isReviewable(source)), 'INVALID_TRANSITION');
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const { title, notes, qa = 'pm-decision', codeReview = false, priority } = body;
  const open = named.filter((each) => !isOver(each));
  const base: ModelAtp = {
    ...newAtp(body.atpId ?? names.atpId ?? '?', type, doer, priority),
    ...(dependencies && dependencies.length > 0 && { dependencies: named.map(({ id }) => id) }),
    waitsOn: open.map(({ id }) => id),
  };
  const settings = type === 'standard' ? { qa, codeReview } : {};
  const atp = queued(base, doer, { title, notes, source, ...settings } as Queued);
  const links = open.map((each) => ({ ...each, dependents: [...each.dependents, atp.id] }));
  const edit = source && meet(new Edit(source, doer), 'followUp').set({ followUpId: atp.id }).tell('followUp');
  return { atps: [atp, ...links, ...(edit ? [edit.done()] : [])], answer: answer(atp, { created: true }) };
};

const missing = (): never => {
  throw new Refused('NOT_FOUND');
};

const isReviewable = ({ status, owes }: ModelAtp): boolean => status === 'Closed' && owes !== undefined;

/** Named outright, or the first in the notes that is a closed incident. */
export const sourceOf = ({ atps }: World, body: Body): ModelAtp | undefined => {
  const { type, sourceAtpId, notes = '' } = body as { type?: string; sourceAtpId?: string; notes?: string };
  if (sourceAtpId !== undefined) return atps[sourceAtpId] ?? missing();
  const [, id = ''] = / from (?:hotfix |emergency )?([\w-]+)\.?$/.exec(notes) ?? [];
  const atp = type === 'review' ? atps[id] : undefined;
  return atp && isReviewable(atp) ? atp : undefined;
};
