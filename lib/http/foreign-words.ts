import { bare } from './slips.ts';

/** Words that callers bring from other systems, without case and separators, and what to say here instead. */

const values: Record<string, Record<string, string>> = {
  status: {
    'done resolved fixed finished completed':
      'Complete when the fix is done, by @dev; Closed when it is verified, by @pm',
    'open new todo pending': 'Queued for what waits its turn; a hotfix starts as InProgress',
    'started wip active reopened rework': 'InProgress',
    'cancelled canceled invalid duplicate wontfix': 'Rejected, by @pm, with notes that say why',
    'waiting onhold paused': 'Blocked',
    'verified approved': 'Closed, by @pm, after a PMVerificationReport',
    'released shipped live': 'Deployed',
  },
  priority: {
    'urgent highest sev0 sev1': 'P0-Critical',
    'major sev2': 'P1-High',
    'medium sev3': 'P2-Normal',
    'minor lowest sev4 p4 p5': 'P3-Low',
  },
  messageType: {
    'ack acknowledge acknowledgement acknowledgment': 'nothing: message_ack acknowledges a message',
    'notification notify': 'HITLNotification to @operator, or Update to @pm',
    'status progress info': 'Update to @pm',
    'question help blocked': 'Blocker to @pm',
    'task instruction order request': 'Directive',
    'completion done report': 'Handoff, better by the tool handoff',
  },
  artifactType: { 'verification report': 'PMVerificationReport', 'test testreport': 'QATestReport' },
  type: { incident: 'hotfix or emergency', bug: 'bugfix', 'task feature': 'standard', postmortem: 'review' },
  verdict: { 'passed ok': 'pass', 'failed fail': 'minor-fix or escalate', 'approve lgtm': 'approved' },
  state: { 'na notapplicable skipped': 'not-applicable', 'complete completed closed': 'done' },
  agent: { 'developer engineer': '@dev', manager: '@pm', 'human user oncall': '@operator', tester: '@qa' },
};
const fields: Record<string, string> = {
  'id atp task taskid ticket incidentid': 'atpId messageId artifactId',
  'to recipient receiver': 'toAgent',
  'from sender role': 'fromAgent agent',
  'type kind': 'messageType artifactType',
  'message text content description': 'body content note notes',
  'reason comment note notes': 'notes note body',
  'title subject name': 'title subject',
  'status state': 'status state',
  severity: 'priority',
  'max count': 'limit',
};

const translation = (words: Record<string, string> | undefined, spelt: string): string | undefined => {
  const word = bare(spelt);
  return word && Object.entries(words ?? {}).find(([foreign]) => foreign.split(' ').includes(word))?.[1];
};

/** What to say instead of a value that `field` does not have. */
export const valueFor = (field: string, given: unknown): string | undefined =>
  typeof given === 'string' ? translation(values[field.replace(/^(to|from)A/, 'a')], given) : undefined;

/** Which of the `known` fields is meant by one that is not among them. */
export const fieldFor = (spelt: string, known: readonly string[]): string | undefined =>
  known.find((name) => bare(name) === bare(spelt)) ??
  translation(fields, spelt)
    ?.split(' ')
    .find((name) => known.includes(name));
