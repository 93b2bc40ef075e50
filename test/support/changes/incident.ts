/** What a hotfix and an emergency have alike. */

import {
  anotherHandoff,
  anotherReport,
  type Change,
  closed,
  directiveElsewhere,
  failedGate,
  firing,
  gone,
  laterAcknowledged,
  moment,
  newDependency,
  newDependent,
  newerDirective,
  notified,
  only,
  ownerIs,
  passedGate,
  resolved,
  reviewLater,
  status,
  type,
} from './change.ts';

export const owned = [
  laterAcknowledged('done'),
  gone('acknowledgedAt')('NOT_ACKNOWLEDGED'),
  ownerIs('dev-2')('NOT_OWNER'),
  directiveElsewhere('done'),
];
export const taking = [newerDirective('INVALID_TRANSITION'), directiveElsewhere('done'), ...moment('reworked')];
export const alreadyComplete = status('Complete')({
  atp_set: 'INVALID_TRANSITION',
  atp_change_status: 'INVALID_TRANSITION',
});
export const verified = [
  gone('handoffMessageId')('HANDOFF_MISSING'),
  anotherHandoff('done'),
  ownerIs('dev-2')('done'),
  gone('reportArtifactId')('REPORT_MISSING'),
  anotherReport('done'),
  failedGate('GATE_FAILED'),
  passedGate('done'),
  newDependency('DEPENDENCY_OPEN'),
  newDependent('done'),
  firing('ALERT_STILL_FIRING'),
  resolved('done'),
  directiveElsewhere('done'),
  ...moment('completed', 'deployed'),
  // atp_close leaves nothing owed, so that no deadline of it starts
  ...only(['atp_set', 'atp_change_status'], notified('done'), reviewLater('done'), ...moment('closed')),
];
export const reworking = [ownerIs('dev-2')('done'), ...moment('seen', 'reworked', 'completed', 'deployed')];
export const rejecting = [directiveElsewhere('done'), newDependent('done'), ...moment('reworked')];
export const completing = [...owned, ...moment('seen', 'reworked', 'completed', 'deployed')];
export const directing: Change[] = [
  closed,
  status('Complete')('done'),
  type('review')('done'),
  directiveElsewhere('done'),
  ...moment('created', 'reworked'),
];
