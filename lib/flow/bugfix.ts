import { acknowledgements, signOfLife } from './deadlines.ts';
import type { Flow } from './flow.ts';
import { alertResolved, dependenciesClosed, handoffGiven } from './guards.ts';
import { report, sendBack } from './steps.ts';
import { tested, testPassed } from './work-guards.ts';
import { testSteps, workSteps } from './work-steps.ts';

/** A fix that can wait its turn, and is tested before it is closed. */
export const bugfix: Flow = {
  type: 'bugfix',
  title: 'Bugfix',
  defaultPriority: 'P2-Normal',
  defaultDirectivePriority: 'P2-Normal',
  directiveType: 'Directive',
  gates: [],
  checklist: [],
  deadlines: [...acknowledgements, signOfLife],
  transitions: [
    ...workSteps,
    ...testSteps,
    {
      step: 'close',
      from: 'Complete',
      to: 'Closed',
      roles: ['@pm'],
      tools: ['atp_close', 'atp_change_status', 'atp_set'],
      guards: [handoffGiven, tested, testPassed, dependenciesClosed, alertResolved],
      effects: { stamps: ['closedAt'] },
      why: 'Tested: close it.',
    },
    sendBack('Complete'),
    { ...report('Complete'), why: 'Write down what you looked at yourself; closing does not ask for it.' },
  ],
};
