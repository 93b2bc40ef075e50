import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ToolName, toolNames } from '../../lib/model.ts';
import { expectRefusal, Gateway } from './bad-input/gateway.ts';
import { goodInputs, hostileTexts, type Input } from './bad-input/inputs.ts';

/** The same runs every time: a gate must not fail by chance. Another seed is tried by changing this one. */
const SEED = 20_261_123;
const RUNS = 300;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.expectUnchanged());

const hostile = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 4 }),
);

/** A good input with some of its fields made hostile, left out, or joined by others. */
const spoilt = (tool: ToolName): fc.Arbitrary<Input> => {
  const good = goodInputs[tool];
  const names = fc.constantFrom(...Object.keys(good));
  return fc
    .record({
      wrong: fc.dictionary(names, hostile, { maxKeys: 3 }),
      left: fc.uniqueArray(names, { maxLength: 2 }),
      odd: fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts)), fc.jsonValue(), {
        maxKeys: 2,
      }),
    })
    .map(({ wrong, left, odd }) => {
      const kept = Object.entries({ ...good, ...wrong }).filter(([name]) => !left.includes(name));
      return { ...odd, ...Object.fromEntries(kept) };
    });
};

/** Any text, most of it no JSON. */
const garbled = (tool: ToolName): fc.Arbitrary<string> => {
  const good = JSON.stringify(goodInputs[tool]);
  const place = fc.nat(good.length);
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc
      .tuple(place, place, fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([one, other, text]) => good.slice(0, Math.min(one, other)) + text + good.slice(Math.max(one, other))),
  );
};

const header = fc.option(fc.oneof(fc.constantFrom(...hostileTexts), fc.string()), { nil: undefined });

describe.each(toolNames)('given %s', (tool) => {
  const check = async (body: string, idempotencyKey?: string, turnId?: string): Promise<void> => {
    const headers = gateway.headers({
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(turnId !== undefined && { 'x-turn-id': turnId }),
    });
    const answer = await gateway.deliver(tool, { body, headers });
    if (answer.status !== 200) return expectRefusal(answer, body.slice(0, 500));
    if (answer.body.atp) await gateway.expectUnchanged(answer.body.atp.atpId);
  };

  it('when a good input is spoilt in any way, then it is refused by the contract and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(spoilt(tool), header, header, (input, key, turn) => check(JSON.stringify(input), key, turn)),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('when its body is any text, then it is refused by the contract and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(garbled(tool), (text) => check(text)),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
