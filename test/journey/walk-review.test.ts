import { review } from './walk/review.ts';
import { walk } from './walk/walk.ts';

walk('review', review);
