import { givenDeadlines } from '../../support/deadlines.ts';
import { describeFixes } from './fix.ts';
import { describeReviews } from './review.ts';

/** The deadlines of fixes are not those of reviews, which have none of theirs: they share a stack. */
const FIX_SECONDS = 4;
const REVIEW_SECONDS = 5;
const REMINDER_SECONDS = 1;
const deadlines = givenDeadlines({
  fix: FIX_SECONDS,
  verification: FIX_SECONDS,
  review: REVIEW_SECONDS,
  reminder: REMINDER_SECONDS,
});
describeFixes(deadlines, FIX_SECONDS);
describeReviews(deadlines, REVIEW_SECONDS, REMINDER_SECONDS);
