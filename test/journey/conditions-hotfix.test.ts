import { describeConditions } from './conditions/rows.ts';

describeConditions('hotfix');
