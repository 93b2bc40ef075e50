import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { temporary } from '../support/temporary.ts';
import { oneDay } from './called.ts';
import { noticesOf } from './notices.ts';
import { playAll } from './plays.ts';
import { skewedAssembly } from './skewed-assembly.ts';
import { startWeathered, type WeatheredStack } from './weathered-stack.ts';

/** Deadlines are played, not waited for, so that nothing here depends on time. `npm run soak:faults` does more. */
const PLAY = { seed: 13, length: 40, beside: 1 };
const SKEW_SECONDS = 120;

const directory = temporary();
const data = join(directory, 'data');

let weathered: WeatheredStack;
beforeAll(async () => {
  const fresh = freshAssembly(() => undefined);
  const assembly = skewedAssembly(fresh, join(directory, 'assembly'), SKEW_SECONDS);
  const climate = { seed: 11, rate: 0.15, storm: 25 };
  weathered = await startWeathered({ data, climate, timeouts: oneDay, assembly });
}, 180_000);
afterAll(() => weathered?.stop());

describe('given faults on every way, and functions whose clocks are minutes apart', () => {
  test('when clients retry, then each call has the effect that the model says, and each notice comes', async () => {
    weathered.blow(true);
    const { service, weathers, told, clear } = weathered;
    const { violations, tally } = await playAll({ service, ...PLAY, goesOn: (played) => played < 1 });
    weathered.blow(false);
    expect(violations).toEqual([]);
    expect([...told.keys()]).not.toContain('500 INTERNAL');
    const sent = await noticesOf(service.table, clear.sqs, { data, patienceMs: 60_000 });
    expect(sent.violations).toEqual([]);
    expect(sent.owed).toBeGreaterThan(0);
    // A test that decays into nothing is seen.
    expect(tally.acts).toBeGreaterThan(40);
    for (const way of [weathers.callers, weathers.table]) expect(way.injected.size).toBeGreaterThan(5);
  }, 240_000);
});
