import { describeConditions } from './conditions/rows.ts';

describeConditions('standard');
