import type { AtpView, Detail } from '../../lib/board/answers.ts';

export const OPENED = '2026-11-23T12:00:00.000Z';
export const at = (minutes: number): string => new Date(Date.parse(OPENED) + minutes * 60_000).toISOString();

const pm = { role: '@pm', name: 'pm-1' } as const;

export const givenAtp = (fields: Partial<AtpView> = {}): AtpView => ({
  atpId: 'AT-1',
  type: 'hotfix',
  status: 'InProgress',
  stage: 'implement',
  title: 'Checkout answers 500',
  priority: 'P0-Critical',
  createdAt: OPENED,
  createdBy: pm,
  updatedAt: OPENED,
  ...fields,
});

export const givenDetail = (fields: Partial<Detail> = {}): Detail => ({
  atp: givenAtp(),
  timeline: [],
  messages: [],
  artifacts: [],
  next: [],
  ...fields,
});
