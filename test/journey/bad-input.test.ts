import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNames } from '../../lib/model.ts';
import { Gateway, paths } from './bad-input/gateway.ts';
import { goodInputs } from './bad-input/inputs.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.expectUnchanged());

describe.each(toolNames)('given a body for %s', (tool) => {
  it.each([
    undefined,
    '',
    ' ',
    '{',
    '}',
    '[]',
    '[{}]',
    'null',
    'true',
    '0',
    '"{}"',
    'NaN',
    'undefined',
    "{'atpId':'A'}",
    '{"atpId":"A",}',
    '{}{}',
    '{"atpId":"A"}//',
    '\ufeff{}',
    '\u0000',
    '{"atpId":"\u0000"}',
    '{"atpId":"\\x41"}',
    'atpId=A',
    '<atpId/>',
  ])('when it is %j, then it is refused as input', async (body) => {
    expect((await gateway.refused(tool, { body })).code).toBe('INVALID_INPUT');
  });

  it('when fields are not known, then each is named, wherever it stands', async () => {
    const odd = Object.fromEntries(Array.from({ length: 200 }, (_, field) => [`odd${field}`, field]));
    const body = await gateway.refused(tool, {
      body: JSON.stringify({ ...goodInputs[tool], ...odd, 'a.b': 1, '': 1 }),
    });
    expect(paths(body)).toEqual(expect.arrayContaining([...Object.keys(odd), 'a.b']));
    expect(body.detail).toContain('odd0');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'when it has a field %s, then that is not known',
    async (name) => {
      for (const value of ['{"atpId":"A","status":"Closed"}', '1', 'null']) {
        const text = JSON.stringify(goodInputs[tool]).replace('{', `{"${name}":${value},`);
        const body = await gateway.refused(tool, { body: text }, value);
        expect(body.code).toBe('INVALID_INPUT');
        expect(paths(body)).toContain(name);
      }
    },
  );

  it('when a field is of a wrong type, then it is named', async () => {
    for (const [name, good] of Object.entries(goodInputs[tool])) {
      const kind = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);
      for (const wrong of [null, 4.2, false, 'nothing of the kind\u0007', [null], { odd: 1 }]) {
        if (kind(wrong) === kind(good) && kind(wrong) === 'boolean') continue;
        const body = await gateway.refused(tool, { body: JSON.stringify({ ...goodInputs[tool], [name]: wrong }) });
        expect(body.code, `${name}: ${JSON.stringify(wrong)}`).toBe('INVALID_INPUT');
        expect(
          paths(body).some((path) => path.split('.')[0] === name),
          `${name}: ${JSON.stringify(wrong)}`,
        ).toBe(true);
      }
    }
  });

  it('when all fields are wrong, then all are named at once, those of the headers with them', async () => {
    const wrong = Object.fromEntries(Object.keys(goodInputs[tool]).map((name) => [name, [{}]]));
    const headers = gateway.headers({ 'idempotency-key': 'two words', 'x-turn-id': 'é' });
    const body = await gateway.refused(tool, { body: JSON.stringify({ ...wrong, odd: 1 }), headers });
    const named = new Set(paths(body).map((path) => path.split('.')[0]?.toLowerCase()));
    for (const name of [...Object.keys(wrong), 'odd', 'Idempotency-Key', 'X-Turn-Id'])
      expect(named).toContain(name.toLowerCase());
  });

  it('when a key stands twice, however it is spelt, then it is named, and other faults with it', async () => {
    const [name = '', value] = Object.entries(goodInputs[tool])[0] ?? [];
    const pair = `:${JSON.stringify(value)}`;
    const escaped = `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`;
    for (const again of [`"${name}"`, escaped]) {
      const body = await gateway.refused(tool, { body: `{"${name}"${pair},${again}${pair}}` }, again);
      expect(body.code).toBe('INVALID_INPUT');
      expect(paths(body)).toContain(name);
      const more = await gateway.refused(tool, { body: `{"${name}"${pair},${again}${pair},"odd":1}` });
      expect(paths(more)).toEqual(expect.arrayContaining([name, 'odd']));
    }
  });

  it('when it is nested 100,000 deep, then it is refused', async () => {
    const depth = 100_000;
    const [name] = Object.keys(goodInputs[tool]);
    const lists = '['.repeat(depth) + ']'.repeat(depth);
    const objects = '{"a":'.repeat(depth) + 1 + '}'.repeat(depth);
    for (const text of [lists, objects, `{"${name}":${lists}}`, `{"odd":${objects}}`, '['.repeat(depth)])
      expect((await gateway.refused(tool, { body: text })).code).toBe('INVALID_INPUT');
  });

  it('when a text is enormous, then it is refused', async () => {
    const names = Object.keys(goodInputs[tool]);
    const texts = ['x'.repeat(5_000_000), '"'.repeat(2_500_000), '\\'.repeat(2_500_000), '🔥'.repeat(1_200_000)];
    for (const [place, name] of [...names, ...names.slice(0, 4)].entries()) {
      const text = texts[place - names.length] ?? 'x'.repeat(300_000);
      const body = JSON.stringify({ ...goodInputs[tool], [name]: text });
      expect(['INVALID_INPUT', 'PAYLOAD_TOO_LARGE']).toContain((await gateway.refused(tool, { body }, name)).code);
    }
    const manyKeys = JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, key) => [`k${key}`, 1])));
    expect((await gateway.refused(tool, { body: manyKeys })).code).toBe('INVALID_INPUT');
  });
});
