/** What may happen to an ATP while a timer that fires is between its read and its write. */

import type { Atp, DeadlineMark } from '../../../lib/model.ts';
import type { StateName } from '../makers.ts';

type Attributes = { [name in keyof Atp]?: unknown };
/** `acted`: the wait goes on, and the service acts on what is true now. */
type Change = { says: string; to: (atp: Atp) => Attributes; ending: 'acted' | 'nothing' };
type Waiting = { deadline: string; state: StateName; changes: readonly Change[] };

const PAST = '2026-01-01T00:00:00.000Z';
const FUTURE = '2100-01-01T00:00:00.000Z';

type Changing = (ending: Change['ending']) => Change;
const change =
  (says: string, to: Change['to']): Changing =>
  (ending) => ({ says, to, ending });
const status = (value: Atp['status']) => change(`status becomes ${value}`, () => ({ status: value }));
const type = (value: Atp['type']) => change(`type becomes ${value}`, () => ({ type: value }));
const moment = (name: keyof Atp, value: string) => change(`${name} becomes ${value}`, () => ({ [name]: value }));

const marked = (deadline: string, says: string, to: (mark: DeadlineMark) => DeadlineMark | undefined) =>
  change(`its mark ${says}`, ({ deadlines }) => {
    const { [deadline]: mark, ...others } = deadlines;
    const other = mark && to(mark);
    return { deadlines: { ...others, ...(other && { [deadline]: other }) } };
  });
const marks = (deadline: string): Change[] => [
  marked(deadline, 'is gone', () => undefined)('nothing'),
  marked(deadline, 'has fired and is due again', (mark) => ({ ...mark, firings: mark.firings + 1, dueAt: FUTURE }))(
    'nothing',
  ),
  marked(deadline, 'has said all it has to', ({ dueAt: _, ...mark }) => mark)('nothing'),
  marked(deadline, 'began earlier', (mark) => ({ ...mark, since: PAST }))('acted'),
];

const directed = (role: string, to: object) =>
  change(`the directive to ${role} becomes ${JSON.stringify(to)}`, ({ directives }) => ({
    directives: { ...directives, [role]: { ...directives[role], priority: 'P0-Critical', sentAt: PAST, ...to } },
  }));
const owned = (name: string) => change(`owner becomes ${name}`, () => ({ owner: { role: '@dev', name } }));

const unacknowledged = (role: '@dev' | '@qa' | '@sre', state: StateName): Waiting => ({
  deadline: `acknowledgement${role}`,
  state,
  changes: [
    ...marks(`acknowledgement${role}`),
    directed(role, { open: false })('nothing'),
    directed(role, { messageId: 'msg_newer', open: true })('nothing'),
    directed('@operator', { messageId: 'msg_elsewhere', open: false })('acted'),
    moment('reworkedAt', FUTURE)('nothing'),
    moment('reworkedAt', PAST)('acted'),
    status('Complete')('acted'),
    type('emergency')('acted'),
  ],
});

const met = ({ dueAt = PAST }: { dueAt?: string } = {}) => ({ state: 'met', dueAt, metAt: PAST });
const notified = change('the notification is made', (atp) => ({ hitlNotification: met(atp.hitlNotification) }));
const reviewed = change('the review is made', (atp) => ({ followUp: met(atp.followUp), followUpAtpId: 'AT-review' }));
const settled = change('both are made', (atp) => ({
  hitlNotification: met(atp.hitlNotification),
  followUp: met(atp.followUp),
  followUpAtpId: 'AT-review',
}));

/** Every deadline, on an ATP where it runs, with all that its write rests on changed. */
export const waiting: readonly Waiting[] = [
  unacknowledged('@dev', 'directed'),
  unacknowledged('@qa', 'qaDirected'),
  unacknowledged('@sre', 'sreDirected'),
  {
    deadline: 'directive',
    state: 'started',
    changes: [
      ...marks('directive'),
      directed('@dev', { messageId: 'msg_newer', open: true })('nothing'),
      directed('@qa', { messageId: 'msg_elsewhere', open: false })('acted'),
      moment('createdAt', PAST)('nothing'),
      status('Complete')('nothing'),
      type('emergency')('acted'),
      type('review')('nothing'),
    ],
  },
  {
    deadline: 'fix',
    state: 'acknowledged',
    changes: [
      ...marks('fix'),
      owned('dev-2')('nothing'),
      moment('ownerSeenAt', FUTURE)('nothing'),
      moment('reworkedAt', FUTURE)('nothing'),
      moment('reworkedAt', PAST)('acted'),
      status('Complete')('nothing'),
      type('emergency')('nothing'),
    ],
  },
  {
    deadline: 'verification',
    state: 'emergency deployed',
    changes: [
      ...marks('verification'),
      moment('deployedAt', PAST)('nothing'),
      moment('completedAt', PAST)('acted'),
      status('InProgress')('nothing'),
      status('Complete')('nothing'),
      type('hotfix')('acted'),
      type('review')('nothing'),
    ],
  },
  {
    deadline: 'obligations',
    state: 'owing',
    changes: [
      ...marks('obligations'),
      notified('acted'),
      reviewed('acted'),
      settled('nothing'),
      moment('closedAt', PAST)('nothing'),
      status('Rejected')('acted'),
      type('emergency')('acted'),
      type('bugfix')('nothing'),
    ],
  },
  {
    deadline: 'review',
    state: 'queuedReview',
    changes: [
      ...marks('review'),
      moment('dueAt', FUTURE)('nothing'),
      status('InProgress')('acted'),
      status('Closed')('nothing'),
      type('bugfix')('nothing'),
    ],
  },
];
