import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNames } from '../../lib/model.ts';
import { mintToken } from '../../lib/principal.ts';
import { createToken, revokeToken } from '../../lib/store/tokens.ts';
import { expectRefusal, Gateway } from './bad-input/gateway.ts';
import { goodInputs } from './bad-input/inputs.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.expectUnchanged());

describe.each(toolNames)('given a token for %s', (tool) => {
  const tokenRefused = async (authorization: string | undefined) => {
    const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
    const answer = await gateway.deliver(tool, { body: JSON.stringify(goodInputs[tool]), headers });
    expectRefusal(answer, authorization);
    expect(answer.body.code).toBe('UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  };

  it('when it is missing or of a wrong form, then nobody is asking', async () => {
    const token = gateway.service.tokens['pm-1'] ?? '';
    const flipped = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      token,
      `Basic ${Buffer.from(`pm:${token}`).toString('base64')}`,
      `Token ${token}`,
      `Bearer ${token.toUpperCase()}`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${flipped}`,
      `Bearer ${token.replace('_pm_', '_dev_')}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer "${token}"`,
      `Bearer ${token} ${token}`,
      `Bearer\n${token}`,
      `Bearer atp_pm_${'0'.repeat(72)}`,
      'Bearer __proto__',
      `Bearer ${'x'.repeat(9_000)}`,
      `Bearer ${mintToken('@pm').token}`,
    ])
      await tokenRefused(authorization);
  });

  it('when it is in the query or the body, then it is not looked for there', async () => {
    const token = gateway.service.tokens['pm-1'];
    const answer = await gateway.deliver(tool, {
      body: JSON.stringify({ ...goodInputs[tool], authorization: `Bearer ${token}` }),
      rawQueryString: `access_token=${token}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body.code).toBe('UNAUTHENTICATED');
  });
});

describe('given a token that was good once', () => {
  const call = async (token: string, scheme = 'Bearer') =>
    gateway.deliver('atp_list', {
      body: '{}',
      headers: { authorization: `${scheme} ${token}`, 'content-type': 'application/json' },
    });
  const made = (now?: number) =>
    createToken(gateway.service.table.client, gateway.service.table.name, { role: '@pm', name: 'pm-9', days: 1 }, now);

  it('when it has expired, or was revoked a moment ago, then it opens nothing', async () => {
    const { token: expired } = await made(Date.now() - 2 * 86_400_000);
    expect((await call(expired)).body.code).toBe('UNAUTHENTICATED');
    const { token, tokenId } = await made();
    expect((await call(token)).status).toBe(200);
    expect((await call(token, 'bearer')).status).toBe(200);
    await revokeToken(gateway.service.table.client, gateway.service.table.name, tokenId);
    expect((await call(token)).body.code).toBe('UNAUTHENTICATED');
    await gateway.remember();
  });
});
