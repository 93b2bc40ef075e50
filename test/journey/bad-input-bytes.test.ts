import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNames } from '../../lib/model.ts';
import { Gateway, paths } from './bad-input/gateway.ts';
import { goodInputs } from './bad-input/inputs.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.expectUnchanged());

describe.each(toolNames)('given the bytes of a body for %s', (tool) => {
  it('when its bytes are no UTF-8, then it is refused; the same in Base64', async () => {
    const good = Buffer.from(JSON.stringify({ odd: 'x' }));
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      const body = Buffer.concat([good.subarray(0, 8), Buffer.from(bytes), good.subarray(8)]).toString('base64');
      expect((await gateway.refused(tool, { body, isBase64Encoded: true })).detail).toContain('UTF-8');
    }
    expect(paths(await gateway.refused(tool, { body: good.toString('base64'), isBase64Encoded: true }))).toContain(
      'odd',
    );
    expect((await gateway.refused(tool, { body: '!!!!', isBase64Encoded: true })).code).toBe('INVALID_INPUT');
  });

  it.each([
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/problem+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application',
    '*/*',
  ])('when its content type is %j, then it is refused', async (type) => {
    const body = JSON.stringify(goodInputs[tool]);
    const refusal = await gateway.refused(tool, { body, headers: gateway.headers({ 'content-type': type }) });
    expect(refusal.code).toBe('INVALID_INPUT');
    expect(refusal.detail).toContain('application/json');
  });

  it('when nothing says what it is, or by whom, then it is refused', async () => {
    const body = JSON.stringify(goodInputs[tool]);
    const authorization = `Bearer ${gateway.service.tokens['pm-1']}`;
    expect((await gateway.refused(tool, { body, headers: { authorization } })).code).toBe('INVALID_INPUT');
    expect((await gateway.refused(tool, { body, headers: {} })).code).toBe('UNAUTHENTICATED');
  });
});

describe('given a content type with parameters, or in other letter case', () => {
  it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'])(
    'when it is %s, then it is JSON',
    async (type) => {
      const { status } = await gateway.deliver('atp_list', {
        body: '{}',
        headers: gateway.headers({ 'content-type': type }),
      });
      expect(status).toBe(200);
    },
  );
});
