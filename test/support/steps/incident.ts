import {
  acknowledging,
  closing,
  completing,
  directing,
  following,
  handingOff,
  moving,
  type Steps,
  sending,
  setting,
  why,
  writing,
} from './calls.ts';

const raising = setting({ type: 'emergency' });

export const hotfix = {
  'InProgress direct @pm': { state: 'started', who: 'pm-1', doors: directing },
  'InProgress acknowledge @dev': { state: 'directed', who: 'dev-1', doors: acknowledging },
  'InProgress complete @dev': { state: 'acknowledged', who: 'dev-1', doors: completing },
  'InProgress reject @pm': { state: 'directed', who: 'pm-1', doors: moving('Rejected', why) },
  'InProgress raise @pm': { state: 'alsoDirected', who: 'pm-1', doors: raising },
  'Complete acknowledge @dev': { state: 'directedAgain', who: 'dev-2', doors: acknowledging },
  'Complete handoff @dev': { state: 'completed', who: 'dev-1', doors: handingOff },
  'Complete close @pm': { state: 'verified', who: 'pm-1', doors: closing },
  'Complete report @pm': { state: 'completed', who: 'pm-1', doors: writing('PMVerificationReport') },
  'Complete rework @pm': { state: 'completed', who: 'pm-1', doors: moving('InProgress', why) },
  'Complete raise @pm': { state: 'directedAgain', who: 'pm-1', doors: raising },
  'Closed notify @pm': { state: 'owingNotice', who: 'pm-1', doors: sending('HITLNotification', '@operator') },
  'Closed followUp @pm': { state: 'owingReview', who: 'pm-1', doors: following },
} as const satisfies Steps;

export const emergency = {
  'InProgress direct @pm': {
    state: 'emergency started',
    who: 'pm-1',
    doors: sending('EmergencyDirective', '@dev'),
  },
  'InProgress acknowledge @dev': { state: 'emergency directed', who: 'dev-1', doors: acknowledging },
  'InProgress complete @dev': { state: 'emergency acknowledged', who: 'dev-1', doors: completing },
  'InProgress reject @pm': { state: 'emergency directed', who: 'pm-1', doors: moving('Rejected', why) },
  'Complete acknowledge @dev': { state: 'emergency completed directed', who: 'dev-2', doors: acknowledging },
  'Complete handoff @dev': { state: 'emergency completed', who: 'dev-1', doors: handingOff },
  'Complete deploy @sre': { state: 'emergency completed', who: 'sre-1', doors: moving('Deployed') },
  'Complete report @pm': { state: 'emergency completed', who: 'pm-1', doors: writing('PMVerificationReport') },
  'Complete rework @pm': { state: 'emergency completed', who: 'pm-1', doors: moving('InProgress', why) },
  'Deployed acknowledge @dev': { state: 'emergency deployed directed', who: 'dev-2', doors: acknowledging },
  'Deployed close @pm': { state: 'emergency verified', who: 'pm-1', doors: closing },
  'Deployed report @pm': { state: 'emergency deployed', who: 'pm-1', doors: writing('PMVerificationReport') },
  'Deployed rework @pm': { state: 'emergency deployed', who: 'pm-1', doors: moving('InProgress', why) },
  'Closed notify @pm': { state: 'emergency owing', who: 'pm-1', doors: sending('HITLNotification', '@operator') },
  'Closed followUp @pm': { state: 'emergency owing', who: 'pm-1', doors: following },
} as const satisfies Steps;
