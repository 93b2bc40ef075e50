import { answering, closing, completing, moving, type Steps, why } from './calls.ts';

export const review = {
  'Queued begin @pm': { state: 'queuedReview', who: 'pm-1', doors: moving('InProgress', why) },
  'InProgress answer @dev': { state: 'begunReview', who: 'dev-1', doors: answering },
  'InProgress answer @pm': { state: 'begunReview', who: 'pm-1', doors: answering },
  'InProgress complete @dev': { state: 'begunReview', who: 'dev-1', doors: completing },
  'InProgress complete @pm': { state: 'begunReview', who: 'pm-1', doors: moving('Complete') },
  'Complete close @pm': { state: 'answeredReview', who: 'pm-1', doors: closing },
  'Complete reopen @pm': { state: 'answeredReview', who: 'pm-1', doors: moving('InProgress', why) },
} as const satisfies Steps;
