import type { AtpType } from '../../../lib/model.ts';
import type { bugfix as bugfixSteps, standard as standardSteps } from '../steps/work.ts';
import {
  anotherHandoff,
  anotherReport,
  attested,
  type Change,
  type Changes,
  closed,
  directiveElsewhere,
  firing,
  gone,
  laterAcknowledged,
  newDependency,
  newDependent,
  newerDirective,
  noReviewAsked,
  ownerIs,
  qaIs,
  resolved,
  reviewedAgain,
  status,
  testedAgain,
  testFailed,
  type,
} from './change.ts';

const owned = [
  laterAcknowledged('done'),
  gone('acknowledgedAt')('NOT_ACKNOWLEDGED'),
  ownerIs('dev-2')('NOT_OWNER'),
  gone('owner')('done'),
  directiveElsewhere('done'),
];
const taking = (who: string, another: string): Change[] => [
  closed,
  newerDirective('INVALID_TRANSITION'),
  directiveElsewhere('done'),
  ownerIs(another)('ALREADY_ACKNOWLEDGED'),
  ownerIs(who)('done'),
];
const verified = [
  closed,
  status('InProgress')('INVALID_TRANSITION'),
  gone('handoffMessageId')('HANDOFF_MISSING'),
  anotherHandoff('done'),
  ownerIs('dev-2')('done'),
  qaIs('never')('done'),
  gone('qaVerdict')('REPORT_MISSING'),
  testFailed('GATE_FAILED'),
  testedAgain('done'),
  newDependency('DEPENDENCY_OPEN'),
  newDependent('done'),
  directiveElsewhere('done'),
  attested('done'),
];
const artifact = [closed, status('InProgress')('INVALID_TRANSITION')];

/** The steps that both flows have; `other` is the type of the other flow. */
const shared = (other: AtpType) =>
  ({
    'Queued begin @pm': [
      closed,
      status('InProgress')('ALREADY_EXISTS'),
      status('Complete')('INVALID_INPUT'),
      status('Blocked')('ROLE_NOT_PERMITTED'),
      type(other)('done'),
      type('hotfix')('INVALID_TRANSITION'),
    ],
    'Queued acknowledge @dev': [...taking('dev-1', 'dev-2'), status('InProgress')('done'), type(other)('done')],
    'InProgress direct @pm': [closed, status('Complete')('done'), type(other)('done'), directiveElsewhere('done')],
    'InProgress acknowledge @dev': [...taking('dev-1', 'dev-2'), status('Blocked')('done'), type(other)('done')],
    'InProgress complete @dev': [
      closed,
      status('Complete')({ atp_set: 'INVALID_TRANSITION', atp_change_status: 'INVALID_TRANSITION' }),
      status('Blocked')('INVALID_TRANSITION'),
      type(other)('done'),
      ...owned,
    ],
    'InProgress block @dev': [
      closed,
      status('Blocked')('INVALID_TRANSITION'),
      status('Complete')('INVALID_TRANSITION'),
      type(other)('done'),
      type('hotfix')('INVALID_TRANSITION'),
      ownerIs('dev-2')('NOT_OWNER'),
      gone('owner')('done'),
    ],
    'Blocked acknowledge @dev': [...taking('dev-2', 'dev-3'), status('InProgress')('done'), type(other)('done')],
    'Blocked unblock @dev': [
      closed,
      status('InProgress')('ALREADY_EXISTS'),
      status('Queued')('ROLE_NOT_PERMITTED'),
      type(other)('done'),
      ownerIs('dev-2')('NOT_OWNER'),
      gone('owner')('done'),
    ],
    'Complete acknowledge @dev': [...taking('dev-2', 'dev-3'), status('InProgress')('done'), type(other)('done')],
    'Complete handoff @dev': [
      closed,
      status('InProgress')('done'),
      type('review')('INVALID_TRANSITION'),
      type(other)('done'),
      ...owned,
    ],
    'Complete test-passed @qa': [
      ...artifact,
      type(other)('done'),
      type('hotfix')('INVALID_INPUT'),
      testedAgain('done'),
    ],
    'Complete test-found-minor @qa': [...artifact, type(other)('done'), type('hotfix')('INVALID_INPUT')],
    'Complete test-escalated @qa': [
      ...artifact,
      type(other)('done'),
      type('hotfix')('INVALID_INPUT'),
      testedAgain('done'),
    ],
    'Complete rework @pm': [
      closed,
      status('InProgress')('ALREADY_EXISTS'),
      status('Blocked')('ROLE_NOT_PERMITTED'),
      type(other)('done'),
    ],
    'Complete report @pm': [
      ...artifact,
      type(other)('done'),
      type('review')('INVALID_TRANSITION'),
      anotherReport('done'),
    ],
  }) as const satisfies Record<string, readonly Change[]>;

export const bugfix: Changes<typeof bugfixSteps> = {
  ...shared('standard'),
  'Complete close @pm': [...verified, type('standard')('done'), firing('ALERT_STILL_FIRING'), resolved('done')],
};

const settled = [closed, type('bugfix')('INVALID_TRANSITION')];
const deciding = [...settled, qaIs('always')('INVALID_TRANSITION'), qaIs('never')('answered')];
const rejecting = [
  ...settled,
  status('Deferred')('INVALID_TRANSITION'),
  directiveElsewhere('done'),
  newDependent('done'),
];
const deferring = [...settled, status('Complete')('INVALID_TRANSITION')];
const reviewing = [...artifact, type('bugfix')('INVALID_INPUT')];
const reviewingAsDev = [...reviewing, ownerIs('dev-2')('ROLE_NOT_PERMITTED'), ownerIs('dev-3')('done')];
const reviewingAsPm = [...reviewing, ownerIs('dev-2')('done')];

export const standard: Changes<typeof standardSteps> = {
  ...shared('bugfix'),
  'Queued decide @pm': [...deciding, status('InProgress')('done')],
  'Queued reject @pm': [...rejecting, status('InProgress')('done')],
  'Queued defer @pm': [...deferring, status('InProgress')('done')],
  'InProgress decide @pm': [...deciding, status('Complete')('done')],
  'InProgress reject @pm': [...rejecting, status('Complete')('done')],
  'InProgress defer @pm': [...deferring, status('Blocked')('done')],
  'Blocked decide @pm': [...deciding, status('InProgress')('done')],
  'Blocked reject @pm': [...rejecting, status('InProgress')('done')],
  'Blocked defer @pm': [...deferring, status('InProgress')('done')],
  'Complete review-approved @dev': [...reviewingAsDev, reviewedAgain('done')],
  'Complete review-approved @pm': [...reviewingAsPm, reviewedAgain('done')],
  'Complete review-found @dev': reviewingAsDev,
  'Complete review-found @pm': reviewingAsPm,
  'Complete decide @pm': [...deciding, status('InProgress')('done')],
  'Complete close @pm': [
    ...verified,
    type('bugfix')('done'),
    noReviewAsked('done'),
    gone('codeReviewVerdict')('REPORT_MISSING'),
    reviewedAgain('done'),
  ],
  'Complete reject @pm': [...rejecting, status('InProgress')('done')],
  'Deferred acknowledge @dev': [
    ...taking('dev-2', 'dev-3'),
    status('Queued')('done'),
    type('bugfix')('INVALID_TRANSITION'),
  ],
  'Deferred resume @pm': [...settled, status('Queued')('INVALID_TRANSITION')],
};
