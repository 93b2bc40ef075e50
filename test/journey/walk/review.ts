import { newId } from '../../support/service.ts';
import { acknowledge, change, direct, type World } from './reach.ts';
import {
  all,
  closed,
  closings,
  dev,
  handoffs,
  moves,
  type Offer,
  open,
  pm,
  type Row,
  type Rows,
  started,
  taken,
  untaken,
  type Walk,
  withNotes,
} from './rows.ts';

const reopening: Offer = 'atp_change_status @pm InProgress';
const completions: Offer[] = ['atp_change_status @dev Complete', 'atp_change_status @pm Complete'];

const byDevOrPm: Row = { ...dev('accepted'), 'pm-1': 'accepted' };

/** A review of a hotfix and a postmortem share one of these items; the others are a fault of the input elsewhere. */
const ofHotfix = (row: Row) => ({
  'answer root-cause': row,
  'answer permanent-fix': row,
  'answer timeline': all('INVALID_INPUT'),
});
const ofEmergency = (row: Row) => ({
  'answer root-cause': row,
  'answer permanent-fix': all('INVALID_INPUT'),
  'answer timeline': row,
});

const isQueued: Rows = { ...open, ...moves({ InProgress: pm('accepted') }) };

const inProgress: Rows = {
  ...open,
  ...started,
  ...moves({ InProgress: all('ALREADY_EXISTS'), Complete: byDevOrPm }),
  ...handoffs(dev('accepted')),
};

const isComplete = (closing: Row): Rows => ({
  ...open,
  ...moves({ ...withNotes('InProgress'), Closed: closing }),
  ...closings(closing),
});

/** The review of a closed emergency. */
const postmortem = async ({ service, given }: World): Promise<string> => {
  const { atp } = await service.done('pm-1', 'atp_get', { atpId: await given.emergency('Closed') });
  return atp.followUpAtpId;
};
const begun = async (world: World) => change(world, 'pm-1', await postmortem(world), 'InProgress');
const answered = async (world: World, atpId: string): Promise<string> => {
  await world.given.answers(atpId);
  return atpId;
};
const completed = (world: World, atpId: string) => change(world, 'pm-1', atpId, 'Complete');

export const review: Walk = {
  'a queued review': {
    status: 'Queued',
    reach: ({ given }) => given.review('Queued'),
    next: ['atp_change_status @pm InProgress'],
    rows: { ...isQueued, ...ofHotfix(all('INVALID_TRANSITION')) },
  },
  'a review in progress': {
    status: 'InProgress',
    reach: ({ given }) => given.review('InProgress'),
    next: ['checklist_update @dev root-cause', 'checklist_update @pm root-cause', ...completions],
    rows: { ...inProgress, ...ofHotfix(byDevOrPm) },
  },
  'a review in progress, directed': {
    status: 'InProgress',
    reach: async (world) => direct(world, await world.given.review('InProgress')),
    next: ['checklist_update @dev root-cause', 'checklist_update @pm root-cause', ...completions],
    rows: { ...inProgress, ...ofHotfix(byDevOrPm), ...untaken },
  },
  'a review in progress whose directive is acknowledged, which gives no ownership': {
    status: 'InProgress',
    reach: async (world) => acknowledge(world, await direct(world, await world.given.review('InProgress'))),
    next: ['checklist_update @dev root-cause', 'checklist_update @pm root-cause', ...completions],
    rows: { ...inProgress, ...ofHotfix(byDevOrPm), ...taken },
  },
  'a review in progress, answered': {
    status: 'InProgress',
    reach: ({ given }) => given.review('InProgress', true),
    next: completions,
    rows: { ...inProgress, ...ofHotfix(byDevOrPm) },
  },
  'a complete review with open items': {
    status: 'Complete',
    reach: ({ given }) => given.review('Complete'),
    next: [reopening],
    rows: { ...isComplete(pm('CHECKLIST_OPEN')), ...ofHotfix(all('INVALID_TRANSITION')) },
  },
  'a complete review, answered': {
    status: 'Complete',
    reach: ({ given }) => given.review('Complete', true),
    next: ['atp_close @pm', reopening],
    rows: { ...isComplete(pm('accepted')), ...ofHotfix(all('INVALID_TRANSITION')) },
  },
  'a complete review that waits for another ATP': {
    status: 'Complete',
    reach: async (world) => {
      const { service, given } = world;
      const atpId = newId();
      const dependencies = [await given.started()];
      await service.done('pm-1', 'atp_create', { atpId, type: 'review', title: 'Review', dependencies });
      await change(world, 'pm-1', atpId, 'InProgress');
      return completed(world, await answered(world, atpId));
    },
    next: [reopening],
    rows: { ...isComplete(pm('DEPENDENCY_OPEN')), ...ofHotfix(all('INVALID_TRANSITION')) },
  },
  'a closed review': {
    status: 'Closed',
    reach: ({ given }) => given.review('Closed'),
    next: [],
    rows: { ...closed, ...ofHotfix(all('ATP_CLOSED')) },
  },
  'a queued postmortem': {
    status: 'Queued',
    reach: postmortem,
    next: ['atp_change_status @pm InProgress'],
    rows: { ...isQueued, ...ofEmergency(all('INVALID_TRANSITION')) },
  },
  'a postmortem in progress': {
    status: 'InProgress',
    reach: begun,
    next: ['checklist_update @dev timeline', 'checklist_update @pm timeline', ...completions],
    rows: { ...inProgress, ...ofEmergency(byDevOrPm) },
  },
  'a complete postmortem with open items': {
    status: 'Complete',
    reach: async (world) => completed(world, await begun(world)),
    next: [reopening],
    rows: { ...isComplete(pm('CHECKLIST_OPEN')), ...ofEmergency(all('INVALID_TRANSITION')) },
  },
  'a complete postmortem, answered': {
    status: 'Complete',
    reach: async (world) => completed(world, await answered(world, await begun(world))),
    next: ['atp_close @pm', reopening],
    rows: { ...isComplete(pm('accepted')), ...ofEmergency(all('INVALID_TRANSITION')) },
  },
};
