import { titleOf } from '../flow/brief.ts';
import type { Atp } from '../model.ts';
import type { Table } from '../store/client.ts';
import { atpOf } from '../store/items.ts';
import { atpKeys, keys } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import { atpView } from '../view.ts';
import type { Related } from './report.ts';

type Relation = Related['relation'];
type Link = readonly [relation: Relation, atpId: string | undefined];

const linkedIn = ({ checklist = {} }: Atp): Link[] =>
  Object.values(checklist).map(({ linkedAtpId }) => ['linked', linkedAtpId]);

const linksOf = (atp: Atp): Link[] => [
  ['review', atp.followUpAtpId],
  ['incident', atp.sourceAtpId],
  ['earlier', atp.previousAtpId],
  ...(atp.dependencies ?? []).map((atpId): Link => ['dependency', atpId]),
  ...linkedIn(atp),
];

/** The ATPs that this one leads to, and those that its review has linked: the bugfixes. Each once. */
export const readRelated = async (table: Table, atp: Atp): Promise<Related[]> => {
  const links = linksOf(atp);
  const items = await readItems(table, atpKeys(...links.map(([, atpId]) => atpId)));
  const read = (atpId = ''): Atp | undefined => atpOf(items.get(keys.atp(atpId)));
  const review = read(atp.followUpAtpId);
  const further = review ? linkedIn(review) : [];
  await readItems(table, atpKeys(...further.map(([, atpId]) => atpId)), items);
  const found = new Map<string, Related>();
  for (const [relation, atpId] of [...links, ...further]) {
    const other = read(atpId);
    if (other && other.atpId !== atp.atpId && !found.has(other.atpId))
      found.set(other.atpId, relatedOf(relation, other));
  }
  return [...found.values()];
};

const relatedOf = (relation: Relation, atp: Atp): Related => {
  const { atpId, type, status, createdAt, closedAt, dueAt, checklist } = atpView(atp);
  return {
    relation,
    atpId,
    type,
    status,
    title: titleOf(atp),
    createdAt,
    ...(closedAt && { closedAt }),
    ...(dueAt && { dueAt }),
    ...(checklist && { checklist }),
  };
};
