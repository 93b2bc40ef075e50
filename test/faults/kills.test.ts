import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { Given } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';
import { behind, type Called, oneDay } from './called.ts';
import { victims as all, Mortal } from './mortal.ts';
import { noticesOf } from './notices.ts';
import { tell } from './stories.ts';
import { endsOf } from './telling.ts';

const data = temporary();
const SOON = 2;
/** With the engine: without it a stack is killed in test/journey/deadlines. */
const victims = all.filter((victim) => victim !== 'stack');
const timeouts = { ...oneDay, acknowledgement: SOON, obligation: SOON };

let mortal: Mortal;
let called: Called;
beforeAll(async () => {
  freshAssembly(() => undefined);
  mortal = await Mortal.start({ data, timeouts });
  called = await behind(mortal, timeouts);
}, 180_000);
afterAll(async () => {
  await called?.stop();
  await mortal?.stop();
});

describe('given a service of which each part is killed once, and then all of it', () => {
  test('when clients retry, then each incident ends as it had to, and each notice comes', async () => {
    const { service } = called;
    const given = new Given(service);
    // A kill meets whatever its story is at.
    const told = await Promise.all(
      victims
        .map((_, number) => tell(given, service, number))
        .concat(
          (async () => {
            for (const victim of victims) await mortal.kill(victim);
            return tell(given, service, victims.length);
          })(),
        ),
    );
    expect(await endsOf(service, told, 60_000)).toEqual([]);
    const sent = await noticesOf(service.table, mortal.stack.sqs, { data, patienceMs: 60_000 });
    expect(sent.violations).toEqual([]);
    expect([...called.told.keys()]).not.toContain('500 INTERNAL');
  }, 240_000);
});
