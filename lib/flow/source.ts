import type { Atp, AtpType } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Snapshot } from './write.ts';

type Sourced = { type: AtpType; sourceAtpId?: string | undefined; notes?: string | undefined };

/** The ATP that a review follows up: named outright, or found in the notes among ids that are such ATPs. */
export const sourceOf = ({ type, sourceAtpId, notes }: Sourced, snapshot: Snapshot): Atp | undefined => {
  if (sourceAtpId !== undefined) {
    const source = snapshot.atp(sourceAtpId);
    if (source) return source;
    throw new Refusal(
      'NOT_FOUND',
      `There is no ATP ${sourceAtpId} to follow up. atp_list with status Closed shows what was closed.`,
    );
  }
  if (type !== 'review') return undefined;
  return idsAfterFrom(notes)
    .map((atpId) => snapshot.atp(atpId))
    .find((atp) => atp && isReviewable(atp));
};

export const isReviewable = ({ status, followUp }: Atp): boolean => status === 'Closed' && followUp !== undefined;

const CANDIDATES_LIMIT = 20;

/** The ids that stand after `from hotfix`, `from emergency` or `from`, quotes before them stripped, each without the punctuation after it, then with it. */
export const idsAfterFrom = (notes: string | undefined): string[] => {
  const found = (notes ?? '').matchAll(
    /\bfrom\s+(?:(?:hotfix|emergency)[\s:]+)?["'`*#([{<]*([A-Za-z0-9][A-Za-z0-9._-]*)/gi,
  );
  const ids = [...found].flatMap(([, id = '']) => [id.replace(/[._-]+$/, ''), id]).filter((id) => id.length <= 64);
  return [...new Set(ids)].slice(0, CANDIDATES_LIMIT);
};

/** Whether a creation would meet, or has met, what this ATP owes: its id. */
export const followedUp = (input: Sourced, snapshot: Snapshot): string | undefined => {
  if (input.type !== 'review') return undefined;
  const ids = input.sourceAtpId === undefined ? idsAfterFrom(input.notes) : [input.sourceAtpId];
  return ids.find((atpId) => {
    const atp = snapshot.atp(atpId);
    return atp && isReviewable(atp);
  });
};
