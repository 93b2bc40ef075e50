/** Steps of work that waits its turn: a bugfix and a standard ATP. */

import type { Transition } from './flow.ts';
import { notesSayWhy } from './guards.ts';
import { acknowledge, direct, handOff, madeForCompletion } from './steps.ts';
import { directiveAnswered, ownedByNoOther, regressionTestNamed } from './work-guards.ts';

/** From the queue to a completion, by whichever `@dev` has the work, with a way to say that it is stuck. */
export const workSteps: readonly Transition[] = [
  {
    step: 'create',
    from: null,
    to: 'Queued',
    roles: ['@pm', '@pager'],
    tools: ['atp_create'],
    guards: [],
    effects: {},
    why: 'Queues it.',
  },
  {
    step: 'begin',
    from: 'Queued',
    to: 'InProgress',
    roles: ['@pm'],
    tools: ['atp_change_status', 'atp_set'],
    guards: [],
    effects: {},
    why: 'Begin it.',
    input: ({ atpId }) => ({ atpId, status: 'InProgress' }),
  },
  direct('Directive', 'Nobody was told to do it yet: send @dev a Directive.'),
  ...(['Queued', 'InProgress', 'Blocked', 'Complete'] as const).map((from) =>
    acknowledge(from, 'Take the work: the first @dev to acknowledge the directive owns it.'),
  ),
  {
    step: 'complete',
    from: 'InProgress',
    to: 'Complete',
    roles: ['@dev'],
    tools: ['handoff', 'atp_set', 'atp_change_status', 'message_send'],
    guards: [directiveAnswered, ownedByNoOther],
    effects: { stamps: ['completedAt'], forgets: madeForCompletion, takesOwnership: true },
    why: 'It is done: hand it off with completed work and evidence.',
  },
  {
    step: 'block',
    from: 'InProgress',
    to: 'Blocked',
    roles: ['@dev'],
    tools: ['atp_change_status', 'atp_set'],
    guards: [ownedByNoOther, notesSayWhy],
    effects: {},
    why: 'It cannot go on: say in notes what it waits for.',
    input: ({ atpId }) => ({ atpId, status: 'Blocked' }),
  },
  {
    step: 'unblock',
    from: 'Blocked',
    to: 'InProgress',
    roles: ['@dev'],
    tools: ['atp_change_status', 'atp_set'],
    guards: [ownedByNoOther],
    effects: {},
    why: 'What it waited for is there: go on.',
    input: ({ atpId }) => ({ atpId, status: 'InProgress' }),
  },
  handOff([directiveAnswered, ownedByNoOther]),
];

/** What `@qa` may find of what is Complete. */
export const testSteps: readonly Transition[] = [
  {
    step: 'test-passed',
    from: 'Complete',
    to: 'Complete',
    roles: ['@qa'],
    tools: ['artifact_create'],
    artifact: { artifactType: 'QATestReport', verdict: 'pass' },
    guards: [regressionTestNamed],
    effects: { attests: 'qaVerdict' },
    why: 'Test it. It holds: write the QATestReport, and name the regression test.',
    offeredWhen: ({ qa, qaVerdict }) => qa !== 'never' && !qaVerdict,
    input: ({ atpId }) => ({ atpId, artifactType: 'QATestReport', verdict: 'pass' }),
  },
  {
    step: 'test-found-minor',
    from: 'Complete',
    to: 'InProgress',
    roles: ['@qa'],
    tools: ['artifact_create'],
    artifact: { artifactType: 'QATestReport', verdict: 'minor-fix' },
    guards: [],
    effects: {
      stamps: ['reworkedAt'],
      forgets: ['completedAt', ...madeForCompletion],
      sends: { messageType: 'Rejection', toAgent: '@dev' },
    },
    why: 'Test it. A small thing is wrong: it goes back to its owner.',
    offeredWhen: ({ qa, qaVerdict }) => qa !== 'never' && !qaVerdict,
    input: ({ atpId }) => ({ atpId, artifactType: 'QATestReport', verdict: 'minor-fix' }),
  },
  {
    step: 'test-escalated',
    from: 'Complete',
    to: 'Complete',
    roles: ['@qa'],
    tools: ['artifact_create'],
    artifact: { artifactType: 'QATestReport', verdict: 'escalate' },
    guards: [],
    effects: { attests: 'qaVerdict', sends: { messageType: 'Blocker', toAgent: '@pm' } },
    why: 'Test it. It is wrong at the root: @pm has to decide.',
    offeredWhen: ({ qa, qaVerdict }) => qa !== 'never' && !qaVerdict,
    input: ({ atpId }) => ({ atpId, artifactType: 'QATestReport', verdict: 'escalate' }),
  },
];
