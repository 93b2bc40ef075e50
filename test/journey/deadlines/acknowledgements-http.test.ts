import { givenDeadlines } from '../../support/deadlines.ts';
import { describeAcknowledgements } from './acknowledgement.ts';
import { describeDuplicates } from './duplicates.ts';

const SECONDS = 4;
const deadlines = givenDeadlines({ acknowledgement: SECONDS, obligation: SECONDS });
describeAcknowledgements(deadlines, SECONDS);
describeDuplicates(deadlines);
