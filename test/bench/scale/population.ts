/** Who is in a table that has been used for years: records as the product wrote them, to be multiplied. */

import type { Item } from '../../../lib/store/items.ts';
import { Given, type Service } from '../../support/service.ts';
import { type Template, templateOf } from './template.ts';

/** ATPs that belong together: so many ids, and the items of all. */
export type Group = { ids: number; templates: readonly Template[] };
/** Both lists are gone through again and again: what stands more often in one is more frequent. */
export type Population = { closed: readonly Group[]; open: readonly Group[] };

/** Of a closed ATP no more is loaded than the ATP, a message and an event: a whole record is some twelve items. */
const keptOfClosed = (items: readonly Item[]): Item[] => {
  const ofKind = (kind: string) => items.filter(({ sk }) => sk.startsWith(kind));
  return [...ofKind('ATP'), ...ofKind('MESSAGE#').slice(0, 1), ...ofKind('EVENT#').slice(-1)];
};

/**
 * Every ten closed ATPs: three hotfixes and an emergency with their reviews, a false alarm and a bugfix. Records are
 * read once `settled`: published, mailed and queued.
 */
export const populationOf = async (service: Service, settled: () => Promise<void>): Promise<Population> => {
  const given = new Given(service);
  const groupOf = async (ids: readonly string[], kept = (items: Item[]) => items): Promise<Group> => {
    await settled();
    const records = await Promise.all(ids.map(async (id) => kept(await service.items(id))));
    return { ids: ids.length, templates: records.flat().map((item) => templateOf(item, ids)) };
  };
  const withReview = async (review: string): Promise<string[]> => {
    const { atp } = await service.done('pm-1', 'atp_get', { atpId: review });
    return [atp.sourceAtpId, review];
  };
  const closed = async (...ids: string[]) => groupOf(ids, keptOfClosed);

  const hotfix = await closed(...(await withReview(await given.review('Closed'))));
  const emergency = await closed(...(await reviewed(service, await given.emergency('Closed'))));
  const rejected = await closed(await given.rejected());
  const bugfix = await closed(await given.work('bugfix', 'Closed'));
  const directed = await groupOf([(await given.directed()).atpId]);
  const acknowledged = await groupOf([await given.acknowledged()]);
  const completed = await groupOf([await given.completed()]);
  const { atpId, reviewId } = await given.closed();
  const owed = await groupOf([reviewId, atpId]);
  const queued = await groupOf([await given.work('bugfix')]);
  return {
    closed: [hotfix, hotfix, hotfix, emergency, rejected, bugfix],
    open: [directed, acknowledged, completed, owed, directed, acknowledged, completed, owed, owed, queued],
  };
};

/** An emergency with its review, taken to its end. */
const reviewed = async (service: Service, emergencyId: string): Promise<string[]> => {
  const given = new Given(service);
  const { atp } = await service.done('pm-1', 'atp_get', { atpId: emergencyId });
  const atpId = atp.followUpAtpId as string;
  await service.done('pm-1', 'atp_change_status', { atpId, status: 'InProgress' });
  await given.answers(atpId);
  await service.done('dev-1', 'atp_change_status', { atpId, status: 'Complete' });
  await service.done('pm-1', 'atp_close', { atpId });
  return [emergencyId, atpId];
};
