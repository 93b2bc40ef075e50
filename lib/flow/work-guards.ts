/** Guards of work that waits its turn: a bugfix and a standard ATP. */

import type { Atp } from '../model.ts';
import { guard } from './flow.ts';

export const directiveAnswered = guard({
  name: 'directiveAnswered',
  code: 'NOT_ACKNOWLEDGED',
  rule: 'the newest directive to @dev, if there is one, is acknowledged',
  reads: ['acknowledgedAt', 'directives'],
  passes: ({ acknowledgedAt, directives }) => acknowledgedAt !== undefined || !directives['@dev'],
  detail: ({ directives }) =>
    `The directive to @dev is not acknowledged yet. Call message_ack with messageId ${directives['@dev']?.messageId} first.`,
});

export const ownedByNoOther = guard({
  name: 'ownedByNoOther',
  code: 'NOT_OWNER',
  rule: 'nobody else owns the work',
  reads: ['owner'],
  passes: ({ owner }, call) => !call || !owner || owner.name === call.principal.name,
  detail: ({ owner }) =>
    `${owner?.name} owns this work; only they can take this step. @pm can send a new directive to change that.`,
});

export const regressionTestNamed = guard({
  name: 'regressionTestNamed',
  code: 'INVALID_INPUT',
  rule: 'the report names a regression test: in `regressionTest`, or in its content behind "Regression test:"',
  reads: [],
  field: 'regressionTest',
  passes: (_, call) => !call || Boolean(call.regressionTest?.trim()),
  detail: () =>
    'A test that passes names the regression test that holds the fix: give regressionTest, or a line "Regression test: ..." in the content. Nothing was changed.',
});

export const reviewedByAnother = guard({
  name: 'reviewedByAnother',
  code: 'ROLE_NOT_PERMITTED',
  rule: 'the reviewer is not the owner of the work',
  reads: ['owner'],
  passes: ({ owner }, call) =>
    !call || !owner || owner.role !== call.principal.role || owner.name !== call.principal.name,
  detail: ({ owner }) => `${owner?.name} owns this work and cannot review it. Another @dev, or @pm, does.`,
});

type Qa = 'qa' | 'qaVerdict';
/** Where nothing else is set, work is tested. */
const isTested = ({ qa, qaVerdict }: Pick<Atp, Qa>): boolean => qa === 'never' || qaVerdict !== undefined;

export const tested = guard({
  name: 'tested',
  code: 'REPORT_MISSING',
  rule: 'a QATestReport was made since the last Complete, unless qa is `never`',
  reads: ['qa', 'qaVerdict'],
  passes: isTested,
  detail: ({ qa }) => {
    const test = '@qa tests it and calls artifact_create with artifactType QATestReport';
    return qa === 'pm-decision'
      ? `Whether this is tested is left to @pm. Either ${test}; or @pm decides against it: atp_set with qa never.`
      : `There is no test report since the work was completed. ${test}, then @pm closes.`;
  },
});

export const testPassed = guard({
  name: 'testPassed',
  code: 'GATE_FAILED',
  rule: 'the newest QATestReport says `pass`, unless qa is `never`',
  reads: ['qa', 'qaVerdict'],
  passes: ({ qa, qaVerdict }) => qa === 'never' || !qaVerdict || qaVerdict.verdict === 'pass',
  detail: ({ qaVerdict }) =>
    `The newest test report says ${qaVerdict?.verdict}. Send it back with atp_change_status InProgress and notes, or let @qa test it again.`,
});

export const leftToPm = guard({
  name: 'leftToPm',
  code: 'INVALID_TRANSITION',
  rule: '`qa` was left to @pm and is not decided yet',
  reads: ['qa'],
  passes: ({ qa }) => qa === 'pm-decision',
  detail: ({ qa }) => `qa is ${qa} and stays so; leave it out.`,
});

export const codeReviewed = guard({
  name: 'codeReviewed',
  code: 'REPORT_MISSING',
  rule: 'where `codeReview` is set, a code review was made since the last Complete',
  reads: ['codeReview', 'codeReviewVerdict'],
  passes: ({ codeReview, codeReviewVerdict }) => !codeReview || codeReviewVerdict !== undefined,
  detail: () =>
    'This needs a code review: another @dev than the owner, or @pm, calls artifact_create with artifactType Other and verdict approved or changes-requested.',
});
