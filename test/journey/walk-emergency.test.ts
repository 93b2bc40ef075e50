import { emergency } from './walk/emergency.ts';
import { walk } from './walk/walk.ts';

walk('emergency', emergency);
