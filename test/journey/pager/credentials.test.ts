import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf, mintBearer, mintRoutingKey, newIntegrationId } from '../../../lib/pager/credential.ts';
import { EngineProxy } from '../../support/engine-proxy.ts';
import { event, senders, webhook } from '../../support/pages/senders.ts';
import { hmac, Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';

const directory = temporary();
let pages: Pages;
let proxy: EngineProxy;
beforeAll(async () => {
  const service = await Service.start();
  pages = await Pages.start(service, directory);
  proxy = await EngineProxy.interpose();
});
afterAll(() => Promise.all([proxy.stop(), pages.stop()]));

const past = '2026-01-01T00:00:00.000Z';
const body = () => JSON.stringify(webhook('incident.triggered', randomUUID()));
const flipped = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);

describe('given a signature of PagerDuty', () => {
  const knock = async (sign: (secret: string, text: string) => string | undefined, revokedAt?: string) => {
    const integration = await pages.integration('pagerduty', revokedAt ? { revokedAt } : {});
    const text = body();
    const signature = sign(integration.credential, text);
    const headers: Record<string, string> = signature === undefined ? {} : { 'x-pagerduty-signature': signature };
    proxy.forget();
    return pages.knock('pagerduty', { body: text, headers, query: { integration: integration.integrationId } });
  };
  it.each([
    ['is right', (secret: string, text: string) => `v1=${hmac(secret, text)}`, 202],
    ['is the second of two', (secret: string, text: string) => `v1=${'0'.repeat(64)}, v1=${hmac(secret, text)}`, 202],
    ['is wrong', (secret: string, text: string) => `v1=${flipped(hmac(secret, text))}`, 401],
    ['is cut off', (secret: string, text: string) => `v1=${hmac(secret, text).slice(0, -1)}`, 401],
    ['is of another version', (secret: string, text: string) => `v2=${hmac(secret, text)}`, 401],
    ['is of another body', (secret: string) => `v1=${hmac(secret, '{}')}`, 401],
    ['is empty', () => '', 401],
    ['is missing', () => undefined, 401],
  ])('when it %s, then the answer says so, and what is refused writes nothing', async (_, sign, status) => {
    expect((await knock(sign)).status).toBe(status);
    expect(proxy.count('TransactWriteItems')).toBe(status === 202 ? 1 : 0);
  });

  it('when the integration is revoked, then a right one is refused', async () => {
    expect((await knock((secret, text) => `v1=${hmac(secret, text)}`, past)).status).toBe(401);
  });

  it('when the secret was rotated out, then the new one holds, and the one that still overlaps', async () => {
    const integration = await pages.integration('pagerduty');
    await pages.secrets(
      integration.integrationId,
      { secret: 'rotated-out', createdAt: past, expiresAt: past },
      { secret: 'overlapping', createdAt: past, expiresAt: '2999-01-01T00:00:00.000Z' },
      { secret: 'present', createdAt: past },
    );
    const statusOf = async (credential: string) =>
      (await pages.page('pagerduty', { ...integration, credential }, webhook('incident.triggered', randomUUID())))
        .status;
    expect(await statusOf('rotated-out')).toBe(401);
    expect(await statusOf('overlapping')).toBe(202);
    expect(await statusOf('present')).toBe(202);
  });

  it('when the body came in base64, then its bytes are what was signed', async () => {
    const { credential, integrationId } = await pages.integration('pagerduty');
    const bytes = Buffer.from(JSON.stringify(webhook('incident.triggered', randomUUID(), { title: 'Grüße 🔥' })));
    const headers = { 'x-pagerduty-signature': `v1=${hmac(credential, bytes)}` };
    const answer = await pages.knock('pagerduty', { body: bytes, headers, query: { integration: integrationId } });
    expect(answer).toMatchObject({ status: 202, body: { pages: [{ effect: 'opened' }] } });
  });

  it('when a delivery comes again, then the answer is the same, and nothing is written', async () => {
    const integration = await pages.integration('pagerduty');
    const delivery = webhook('incident.triggered', randomUUID());
    const first = await pages.page('pagerduty', integration, delivery);
    proxy.forget();
    expect(await pages.page('pagerduty', integration, delivery)).toEqual(first);
    expect(proxy.operations).toEqual(['BatchGetItem']);
  });
});

describe('given a signature of Grafana with a timestamp', () => {
  it.each([
    ['now', 202, 0],
    ['ten minutes old', 401, 600],
  ])('when it is %s, then the answer is %i', async (_, status, age) => {
    const { credential, integrationId } = await pages.integration('grafana', { signs: true });
    const text = JSON.stringify(senders.grafana.payload(randomUUID(), 'trigger'));
    const time = String(Math.floor(Date.now() / 1000) - age);
    const headers = { 'x-grafana-alerting-signature': hmac(credential, `${time}:${text}`), 'x-at': time };
    const query = { integration: integrationId, timestamp: 'X-At' };
    expect((await pages.knock('grafana', { body: text, headers, query })).status).toBe(status);
  });
});

describe('given a bearer token', () => {
  const sourceOf = async (more: object = {}) => pages.integration('generic', more);
  const page = { action: 'trigger', key: 'k', title: 'Checkout answers 500' };
  it('when it is unknown, of another source, revoked, expired or missing, then it is refused', async () => {
    const { integrationId, ...known } = await sourceOf();
    const expired = mintBearer(integrationId);
    const strangers = [
      { ...known, integrationId, credential: mintBearer(integrationId) },
      { ...known, integrationId, credential: mintBearer(newIntegrationId()) },
      await sourceOf({ revokedAt: past }),
      await pages.integration('alertmanager'),
      { ...(await sourceOf({ credentials: [{ sha256: hashOf(expired), createdAt: past, expiresAt: past }] })) },
    ];
    for (const stranger of strangers) expect((await pages.page('generic', stranger, page)).status).toBe(401);
    expect((await pages.knock('generic', { body: JSON.stringify(page) })).status).toBe(401);
  });

  it('when it is wrong, then not even what is malformed is told', async () => {
    const integration = await sourceOf();
    expect((await pages.page('generic', integration, {})).status).toBe(400);
    const stranger = { ...integration, credential: mintBearer(integration.integrationId) };
    expect((await pages.page('generic', stranger, {})).status).toBe(401);
  });
});

describe('given a routing key', () => {
  it('when nobody has it, or it is revoked or expired, then it is refused with 403 in the words of PagerDuty', async () => {
    const revoked = await pages.integration('events', { revokedAt: past });
    const known = await pages.integration('events');
    for (const credential of [revoked.credential, mintRoutingKey(known.integrationId), 'Z'.repeat(32)]) {
      expect(await pages.page('events', { ...known, credential }, event('k', 'trigger'))).toEqual({
        status: 403,
        body: { status: 'invalid event', message: 'Event object is invalid', errors: ['Invalid routing key'] },
      });
    }
  });
});

it('given Parameter Store out of order, when ids are made up, then they are refused without it', async () => {
  await pages.stop();
  const signed = { 'x-pagerduty-signature': `v1=${'0'.repeat(64)}`, 'x-grafana-alerting-signature': '0'.repeat(64) };
  for (const door of ['pagerduty', 'grafana'] as const) {
    const query = { integration: newIntegrationId() };
    expect((await pages.knock(door, { body: body(), headers: signed, query })).status).toBe(401);
  }
});
