import type { review as reviewSteps } from '../steps/review.ts';
import {
  attested,
  type Changes,
  closed,
  directiveElsewhere,
  itemNoted,
  itemOpen,
  moment,
  newDependency,
  newDependent,
  status,
  type,
} from './change.ts';

const answering = [closed, status('Complete')('INVALID_TRANSITION'), type('hotfix')('INVALID_TRANSITION')];

export const review: Changes<typeof reviewSteps> = {
  'Queued begin @pm': [
    closed,
    status('InProgress')('ALREADY_EXISTS'),
    status('Complete')('done'),
    type('hotfix')('INVALID_TRANSITION'),
  ],
  'InProgress answer @dev': answering,
  'InProgress answer @pm': answering,
  'InProgress complete @dev': [closed, status('Complete')('INVALID_TRANSITION'), type('hotfix')('NOT_ACKNOWLEDGED')],
  'InProgress complete @pm': [closed, status('Complete')('INVALID_TRANSITION'), type('hotfix')('ROLE_NOT_PERMITTED')],
  'Complete close @pm': [
    attested('done'),
    closed,
    status('InProgress')('INVALID_TRANSITION'),
    type('hotfix')('HANDOFF_MISSING'),
    itemOpen('CHECKLIST_OPEN'),
    itemNoted('done'),
    newDependency('DEPENDENCY_OPEN'),
    newDependent('done'),
    directiveElsewhere('done'),
    ...moment('due'),
  ],
  'Complete reopen @pm': [closed, status('InProgress')('ALREADY_EXISTS'), type('hotfix')('done')],
};
