import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNames } from '../../lib/model.ts';
import { eras, Mcp, mcpEvent, wire } from '../support/mcp.ts';
import { quietly } from '../support/quietly.ts';
import { Gateway } from './bad-input/gateway.ts';
import { hostileTexts } from './bad-input/inputs.ts';

/** The same runs every time: a gate must not fail by chance. */
const SEED = 20_261_124;
const RUNS = 250;

let gateway: Gateway;
let mcp: Mcp;
beforeAll(async () => {
  gateway = await Gateway.open();
  mcp = new Mcp(gateway.service);
});
afterAll(() => gateway.expectUnchanged());

const text = fc.oneof(
  fc.constantFrom(...hostileTexts.filter(({ length }) => length < 10_000)),
  fc.string({ unit: 'binary' }),
);
const hostile = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }));
const method = fc.oneof(
  fc.constantFrom('tools/call', 'tools/list', 'prompts/get', 'resources/read', 'server/discover', 'initialize', 'ping'),
  text,
);
const params = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...toolNames), hostile),
    uri: fc.oneof(fc.constantFrom('atp://AT-bad', 'hotfix://flows/hotfix', 'file:///etc/passwd'), hostile),
    arguments: fc.oneof(fc.dictionary(text, hostile, { maxKeys: 3 }), hostile),
    _meta: hostile,
    cursor: hostile,
  },
  { requiredKeys: [] },
);
const headers = fc.dictionary(
  fc.constantFrom(
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'accept',
    'content-type',
    'origin',
    'mcp-session-id',
  ),
  text,
  { maxKeys: 2 },
);

/** Whatever it says, it is JSON, of the caller's making, and tells nothing of the inside. */
const check = async (body: unknown, sent: Record<string, string>): Promise<void> => {
  const event = mcpEvent(body, { authorization: `Bearer ${gateway.service.tokens['pm-1']}`, ...sent });
  const answer = await mcp.send(event);
  const said = JSON.stringify({ body, sent }).slice(0, 500);
  expect(answer.status, said).toBeLessThan(500);
  expect(JSON.stringify(answer.body ?? null), said).not.toMatch(
    /node_modules|at .*\.ts:\d|TypeError|RangeError|test-[0-9a-f]{8}-/,
  );
};

describe.each(eras)('given a client of %s', (era) => {
  it('when a message is spoilt in any way, then it is refused, and changes nothing', async () => {
    const property = fc.asyncProperty(method, params, headers, (named, given, sent) => {
      const { headers: own, message } = wire(era, String(named), given as Record<string, never>);
      const texts = Object.entries(own).map(([name, value]) => [name, String(value)]);
      return check(message, { ...Object.fromEntries(texts), ...sent });
    });
    await quietly(() => fc.assert(property, { seed: SEED, numRuns: RUNS }));
  });
});

it('given any text or JSON in place of a message, then it is refused, and changes nothing', async () => {
  const property = fc.asyncProperty(fc.oneof(text, hostile), headers, check);
  await quietly(() => fc.assert(property, { seed: SEED, numRuns: RUNS }));
});
