import { acknowledgements, signOfLife } from './deadlines.ts';
import type { Flow, Transition } from './flow.ts';
import { dependenciesClosed, handoffGiven } from './guards.ts';
import { acknowledge, madeForCompletion, reject, report, sendBack } from './steps.ts';
import { codeReviewed, leftToPm, reviewedByAnother, tested, testPassed } from './work-guards.ts';
import { testSteps, workSteps } from './work-steps.ts';

const reviewSteps: readonly Transition[] = [
  {
    step: 'review-approved',
    from: 'Complete',
    to: 'Complete',
    roles: ['@dev', '@pm'],
    tools: ['artifact_create'],
    artifact: { artifactType: 'Other', verdict: 'approved' },
    guards: [reviewedByAnother],
    effects: { attests: 'codeReviewVerdict' },
    why: 'Review the change. It is good: approve it.',
    offeredWhen: ({ codeReview, codeReviewVerdict }) => codeReview === true && !codeReviewVerdict,
    input: ({ atpId }) => ({ atpId, artifactType: 'Other', verdict: 'approved' }),
  },
  {
    step: 'review-found',
    from: 'Complete',
    to: 'InProgress',
    roles: ['@dev', '@pm'],
    tools: ['artifact_create'],
    artifact: { artifactType: 'Other', verdict: 'changes-requested' },
    guards: [reviewedByAnother],
    effects: { stamps: ['reworkedAt'], forgets: ['completedAt', ...madeForCompletion] },
    why: 'Review the change. Something has to change: it goes back to its owner.',
    offeredWhen: ({ codeReview, codeReviewVerdict }) => codeReview === true && !codeReviewVerdict,
    input: ({ atpId }) => ({ atpId, artifactType: 'Other', verdict: 'changes-requested' }),
  },
];

/** Work that is planned: tested and reviewed as its settings say, and given up or put off where that is wiser. */
export const standard: Flow = {
  type: 'standard',
  title: 'Standard',
  defaultPriority: 'P2-Normal',
  defaultDirectivePriority: 'P2-Normal',
  directiveType: 'Directive',
  gates: [],
  checklist: [],
  settings: { qa: 'pm-decision', codeReview: false },
  deadlines: [...acknowledgements, signOfLife],
  transitions: [
    ...workSteps,
    acknowledge('Deferred', 'A directive waits: the first @dev to acknowledge it owns the work once it is resumed.'),
    ...testSteps,
    ...reviewSteps,
    ...(['Queued', 'InProgress', 'Blocked', 'Complete'] as const).map(
      (from): Transition => ({
        step: 'decide',
        from,
        to: from,
        roles: ['@pm'],
        tools: ['atp_set'],
        decides: 'qa',
        guards: [leftToPm],
        effects: {},
        why: 'Whether it is tested is left to you: decide against it, or leave it to @qa.',
        offeredWhen: ({ status, qaVerdict }) => status === 'Complete' && !qaVerdict,
        input: ({ atpId }) => ({ atpId, qa: 'never' }),
      }),
    ),
    {
      step: 'close',
      from: 'Complete',
      to: 'Closed',
      roles: ['@pm'],
      tools: ['atp_close', 'atp_change_status', 'atp_set'],
      guards: [handoffGiven, codeReviewed, tested, testPassed, dependenciesClosed],
      effects: { stamps: ['closedAt'] },
      why: 'It is done: close it.',
    },
    sendBack('Complete'),
    { ...report('Complete'), why: 'Write down what you looked at yourself; closing does not ask for it.' },
    ...(['Queued', 'InProgress', 'Blocked', 'Complete'] as const).map((from) =>
      reject(from, 'Not worth doing after all: reject it, with notes that say why.'),
    ),
    ...(['Queued', 'InProgress', 'Blocked'] as const).map(
      (from): Transition => ({
        step: 'defer',
        from,
        to: 'Deferred',
        roles: ['@pm'],
        tools: ['atp_change_status', 'atp_set'],
        guards: [],
        effects: {},
        why: 'Not now: put it off.',
        input: ({ atpId }) => ({ atpId, status: 'Deferred' }),
      }),
    ),
    {
      step: 'resume',
      from: 'Deferred',
      to: 'Queued',
      roles: ['@pm'],
      tools: ['atp_change_status', 'atp_set'],
      guards: [],
      effects: {},
      why: 'Its time has come: put it back into the queue.',
      input: ({ atpId }) => ({ atpId, status: 'Queued' }),
    },
  ],
};
