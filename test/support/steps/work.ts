import {
  acknowledging,
  closing,
  completing,
  directing,
  handingOff,
  moving,
  type Steps,
  setting,
  why,
  writing,
} from './calls.ts';

const blocking = moving('Blocked', why);
const beginning = moving('InProgress');
const sendingBack = moving('InProgress', why);
const rejecting = moving('Rejected', why);
const reporting = writing('PMVerificationReport');
const passing = writing('QATestReport', 'pass');
const findingMinor = writing('QATestReport', 'minor-fix');
const escalating = writing('QATestReport', 'escalate');
const deciding = setting({ qa: 'never' });
const approving = writing('Other', 'approved');
const finding = writing('Other', 'changes-requested');

export const bugfix = {
  'Queued begin @pm': { state: 'bugfix queued', who: 'pm-1', doors: beginning },
  'Queued acknowledge @dev': { state: 'bugfix queued directed', who: 'dev-1', doors: acknowledging },
  'InProgress direct @pm': { state: 'bugfix begun', who: 'pm-1', doors: directing },
  'InProgress acknowledge @dev': { state: 'bugfix directed', who: 'dev-1', doors: acknowledging },
  'InProgress complete @dev': { state: 'bugfix taken', who: 'dev-1', doors: completing },
  'InProgress block @dev': { state: 'bugfix taken', who: 'dev-1', doors: blocking },
  'Blocked acknowledge @dev': { state: 'bugfix blocked directed', who: 'dev-2', doors: acknowledging },
  'Blocked unblock @dev': { state: 'bugfix blocked', who: 'dev-1', doors: beginning },
  'Complete acknowledge @dev': { state: 'bugfix completed directed', who: 'dev-2', doors: acknowledging },
  'Complete handoff @dev': { state: 'bugfix completed', who: 'dev-1', doors: handingOff },
  'Complete test-passed @qa': { state: 'bugfix completed', who: 'qa-1', doors: passing },
  'Complete test-found-minor @qa': { state: 'bugfix completed', who: 'qa-1', doors: findingMinor },
  'Complete test-escalated @qa': { state: 'bugfix completed', who: 'qa-1', doors: escalating },
  'Complete close @pm': { state: 'bugfix verified', who: 'pm-1', doors: closing },
  'Complete rework @pm': { state: 'bugfix completed', who: 'pm-1', doors: sendingBack },
  'Complete report @pm': { state: 'bugfix completed', who: 'pm-1', doors: reporting },
} as const satisfies Steps;

export const standard = {
  'Queued begin @pm': { state: 'standard queued', who: 'pm-1', doors: beginning },
  'Queued acknowledge @dev': { state: 'standard queued directed', who: 'dev-1', doors: acknowledging },
  'Queued decide @pm': { state: 'standard queued', who: 'pm-1', doors: deciding },
  'Queued reject @pm': { state: 'standard queued directed', who: 'pm-1', doors: rejecting },
  'Queued defer @pm': { state: 'standard queued', who: 'pm-1', doors: moving('Deferred') },
  'InProgress direct @pm': { state: 'standard begun', who: 'pm-1', doors: directing },
  'InProgress acknowledge @dev': { state: 'standard directed', who: 'dev-1', doors: acknowledging },
  'InProgress complete @dev': { state: 'standard taken', who: 'dev-1', doors: completing },
  'InProgress block @dev': { state: 'standard taken', who: 'dev-1', doors: blocking },
  'InProgress decide @pm': { state: 'standard begun', who: 'pm-1', doors: deciding },
  'InProgress reject @pm': { state: 'standard directed', who: 'pm-1', doors: rejecting },
  'InProgress defer @pm': { state: 'standard taken', who: 'pm-1', doors: moving('Deferred') },
  'Blocked acknowledge @dev': { state: 'standard blocked directed', who: 'dev-2', doors: acknowledging },
  'Blocked unblock @dev': { state: 'standard blocked', who: 'dev-1', doors: beginning },
  'Blocked decide @pm': { state: 'standard blocked', who: 'pm-1', doors: deciding },
  'Blocked reject @pm': { state: 'standard blocked', who: 'pm-1', doors: rejecting },
  'Blocked defer @pm': { state: 'standard blocked', who: 'pm-1', doors: moving('Deferred') },
  'Complete acknowledge @dev': { state: 'standard completed directed', who: 'dev-2', doors: acknowledging },
  'Complete handoff @dev': { state: 'standard completed', who: 'dev-1', doors: handingOff },
  'Complete test-passed @qa': { state: 'standard completed', who: 'qa-1', doors: passing },
  'Complete test-found-minor @qa': { state: 'standard completed', who: 'qa-1', doors: findingMinor },
  'Complete test-escalated @qa': { state: 'standard completed', who: 'qa-1', doors: escalating },
  'Complete review-approved @dev': { state: 'standard completed', who: 'dev-2', doors: approving },
  'Complete review-approved @pm': { state: 'standard completed', who: 'pm-1', doors: approving },
  'Complete review-found @dev': { state: 'standard completed', who: 'dev-2', doors: finding },
  'Complete review-found @pm': { state: 'standard completed', who: 'pm-1', doors: finding },
  'Complete decide @pm': { state: 'standard completed', who: 'pm-1', doors: deciding },
  'Complete close @pm': { state: 'standard verified', who: 'pm-1', doors: closing },
  'Complete rework @pm': { state: 'standard completed', who: 'pm-1', doors: sendingBack },
  'Complete report @pm': { state: 'standard completed', who: 'pm-1', doors: reporting },
  'Complete reject @pm': { state: 'standard completed', who: 'pm-1', doors: rejecting },
  'Deferred acknowledge @dev': { state: 'standard deferred directed', who: 'dev-2', doors: acknowledging },
  'Deferred resume @pm': { state: 'standard deferred', who: 'pm-1', doors: moving('Queued') },
} as const satisfies Steps;
