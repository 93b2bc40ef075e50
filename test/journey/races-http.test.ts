import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { Service } from '../support/service.ts';
import { describeEmergencies } from './races/emergencies.ts';
import { describeMarkers } from './races/markers.ts';
import { Racing } from './races/racing.ts';
import { describeRecords } from './races/records.ts';
import { describeSteps } from './races/steps.ts';
import { describeTimers } from './races/timers.ts';
import { describeWork } from './races/work.ts';

describe('given a stack that many call at once through HTTP', () => {
  let data: string;
  let stack: RunningStack;
  let racing: Racing;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'races-'));
    const { DYNAMODB_ENDPOINT: dynamodb } = process.env;
    stack = await startStack({
      assembly: freshAssembly(() => undefined),
      data,
      port: 0,
      ...(dynamodb && { dynamodb }),
    });
    racing = await Racing.on(await Service.behind(stack));
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  });
  describeSteps(() => racing);
  describeMarkers(() => racing);
  describeRecords(() => racing);
  describeTimers(() => racing);
  describeEmergencies(() => racing);
  describeWork(() => racing);
});
