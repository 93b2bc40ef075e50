import { beforeAll, describe } from 'vitest';
import { Service } from '../support/service.ts';
import { describeMarkers } from './races/markers.ts';
import { Racing } from './races/racing.ts';
import { describeRecords } from './races/records.ts';
import { describeSteps } from './races/steps.ts';

describe('given handlers that many call at once', () => {
  let racing: Racing;
  beforeAll(async () => {
    racing = await Racing.on(await Service.start());
  });
  describeSteps(() => racing);
  describeMarkers(() => racing);
  describeRecords(() => racing);
});
