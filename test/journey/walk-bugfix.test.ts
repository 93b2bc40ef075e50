import { bugfix } from './walk/bugfix.ts';
import { walk } from './walk/walk.ts';

walk('bugfix', bugfix);
