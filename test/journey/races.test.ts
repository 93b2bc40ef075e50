import { beforeAll, describe } from 'vitest';
import { Service } from '../support/service.ts';
import { describeEmergencies } from './races/emergencies.ts';
import { describeMarkers } from './races/markers.ts';
import { Racing } from './races/racing.ts';
import { describeRecords } from './races/records.ts';
import { describeSteps } from './races/steps.ts';
import { describeTimers } from './races/timers.ts';
import { describeWork } from './races/work.ts';

describe('given handlers that many call at once', () => {
  let racing: Racing;
  beforeAll(async () => {
    racing = await Racing.on(await Service.start());
  });
  describeSteps(() => racing);
  describeMarkers(() => racing);
  describeRecords(() => racing);
  describeTimers(() => racing);
  describeEmergencies(() => racing);
  describeWork(() => racing);
});
