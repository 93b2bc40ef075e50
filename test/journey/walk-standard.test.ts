import { standard } from './walk/standard.ts';
import { walk } from './walk/walk.ts';

walk('standard', standard);
