import { hotfix } from './walk/hotfix.ts';
import { walk } from './walk/walk.ts';

walk('hotfix', hotfix);
