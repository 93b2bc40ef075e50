import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GivenIntegration } from '../support/pages/integrations.ts';
import { event, senders, webhook } from '../support/pages/senders.ts';
import { hmac, Pages } from '../support/pages.ts';
import { Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';
import { hostileTexts } from './bad-input/inputs.ts';

/** The same runs every time: a gate must not fail by chance. */
const GIVEN = { seed: 20_261_124, numRuns: 150 };
const directory = temporary();

let service: Service;
let pages: Pages;
let sources: Record<'events' | 'generic' | 'pagerduty' | 'grafana', GivenIntegration>;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  sources = {
    events: await pages.integration('events'),
    generic: await pages.integration('generic'),
    pagerduty: await pages.integration('pagerduty'),
    grafana: await pages.integration('grafana', { signs: true }),
  };
});
afterAll(() => pages.stop());

/** A change of one letter, a cut, something more, or anything else. */
type Change = (right: string) => string;
const letter = fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz_=,');
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), letter).map(
    ([place, other]): Change =>
      (right) => {
        const at = place % right.length;
        return right.slice(0, at) + other + right.slice(at + 1);
      },
  ),
  fc.nat().map(
    (place): Change =>
      (right) =>
        right.slice(0, place % right.length),
  ),
  fc.tuple(fc.nat(), letter).map(
    ([place, more]): Change =>
      (right) => {
        const at = place % right.length;
        return right.slice(0, at) + more + right.slice(at);
      },
  ),
  fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' })).map(
    (other): Change =>
      () =>
        other,
  ),
);

type Knock = (credential: string) => Promise<number>;
const page = { action: 'trigger', key: 'k', title: 'Checkout answers 500' };
const delivery = JSON.stringify(webhook('incident.triggered', 'P1'));
const group = JSON.stringify(senders.grafana.payload('k', 'trigger'));

/** What each door is shown, the right one first; `good` and `bad` are what it answers. */
const doors: Record<string, { right: () => string; knock: Knock; good: number; bad: number }> = {
  'a token of a tool': {
    right: () => service.tokens['pm-1'] ?? '',
    knock: async (token) =>
      (await service.call('pm-1', 'flow_get', { type: 'hotfix' }, { authorization: `Bearer ${token}` })).status,
    good: 200,
    bad: 401,
  },
  'a bearer token of a source': {
    right: () => sources.generic.credential,
    knock: async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await pages.knock('generic', { body: JSON.stringify(page), headers })).status;
    },
    good: 202,
    bad: 401,
  },
  'a routing key': {
    right: () => sources.events.credential,
    knock: async (routing_key) => {
      const body = JSON.stringify({ ...event('k', 'trigger'), routing_key });
      return (await pages.knock('events', { body })).status;
    },
    good: 202,
    bad: 403,
  },
  'a signature of PagerDuty': {
    right: () => hmac(sources.pagerduty.credential, delivery),
    knock: async (hex) => {
      const sent = {
        headers: { 'x-pagerduty-signature': `v1=${hex}` },
        query: { integration: sources.pagerduty.integrationId },
      };
      return (await pages.knock('pagerduty', { body: delivery, ...sent })).status;
    },
    good: 202,
    bad: 401,
  },
  'a signature of Grafana': {
    right: () => hmac(sources.grafana.credential, group),
    knock: async (hex) => {
      const sent = {
        headers: { 'x-grafana-alerting-signature': hex },
        query: { integration: sources.grafana.integrationId },
      };
      return (await pages.knock('grafana', { body: group, ...sent })).status;
    },
    good: 202,
    bad: 401,
  },
};

describe.each(Object.entries(doors))('given %s', (_, { right, knock, good, bad }) => {
  it('when it is changed in any way, then it lets nobody in, and breaks nothing', async () => {
    expect(await knock(right())).toBe(good);
    const property = fc.asyncProperty(change, async (changed) => {
      const credential = changed(right());
      // Blanks around it, and a comma behind it, are how headers are written.
      fc.pre(credential.replace(/[\s,]+$/, '') !== right());
      const status = await knock(credential);
      // A routing key of another form is told to be one, in PagerDuty's words.
      expect([bad, ...(bad === 403 ? [400] : [])], JSON.stringify(credential).slice(0, 200)).toContain(status);
    });
    await fc.assert(property, GIVEN);
  });
});
