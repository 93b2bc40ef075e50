import type { AtpView } from '../../lib/view.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const WEEKS = 26;

/** Three closures a week for half a year, faster as it goes on. The same at each run, but for the day it ends on. */
export const halfYearOf = (now: number): AtpView[] =>
  Array.from({ length: WEEKS * 3 }, (_, n) => {
    const week = Math.floor(n / 3);
    const created = now - (WEEKS - week) * WEEK + (n % 3) * 600 * MINUTE;
    const after = (minutes: number): string => new Date(created + minutes * MINUTE).toISOString();
    const slower = 1 + (WEEKS - week) / 20 + ((n * 7) % 11) / 10;
    return {
      atpId: `AT-PAST-${n}`,
      type: 'hotfix',
      status: 'Closed',
      stage: 'done',
      title: `Incident ${n}`,
      priority: 'P0-Critical',
      createdAt: after(0),
      createdBy: { role: '@pm', name: 'pm-1' },
      updatedAt: after(60 * slower),
      acknowledgedAt: after(2 * slower),
      completedAt: after(35 * slower),
      closedAt: after(50 * slower),
    };
  });
