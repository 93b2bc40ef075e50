import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoutingRule } from '../../../lib/pager/integration.ts';
import { directiveOf, verify } from '../../support/pages/incident.ts';
import type { GivenIntegration } from '../../support/pages/integrations.ts';
import { webhook } from '../../support/pages/senders.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';
import { read } from '../../support/timeline.ts';

const directory = temporary();
let service: Service;
let pages: Pages;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
});
afterAll(() => pages.stop());

const rules: RoutingRule[] = [
  { labels: { team: 'billing*' }, to: 'ignore' },
  { severity: ['critical'], service: ['checkout', 'pay*'], to: 'emergency', role: '@sre' },
  { environment: ['staging'], severity: ['error'], to: 'hotfix' },
  { severity: ['warning'], to: 'hotfix' },
];
const tell = async (integration: GivenIntegration, more: object, key: string = randomUUID()) => {
  const page = { action: 'trigger', key, title: 'Checkout answers 500', ...more };
  const { status, body } = await pages.page('generic', integration, page);
  expect(status).toBe(202);
  return body.pages[0];
};

describe('given rules, when a page comes', () => {
  it.each([
    ['the first that fits decides', { severity: 'critical', labels: { team: 'billing-eu' } }, 'ignored', undefined],
    ['service and severity have both to fit', { severity: 'critical', service: 'payment' }, 'opened', 'emergency'],
    ['what is not named by the page is by the integration', { severity: 'critical' }, 'opened', 'emergency'],
    ['severity decides where no rule fits', { severity: 'critical', service: 'search' }, 'opened', 'hotfix'],
    ['a rule goes before that', { severity: 'warning', service: 'search' }, 'opened', 'hotfix'],
    ['what only informs opens nothing', { severity: 'info' }, 'ignored', undefined],
    ['no severity is taken seriously', {}, 'opened', 'hotfix'],
    ['what is not production waits its turn', { environment: 'staging', severity: 'error' }, 'opened', 'bugfix'],
    ['an emergency of it too', { environment: 'staging', severity: 'critical' }, 'opened', 'bugfix'],
  ])('then %s', async (_, page, effect, type) => {
    const taken = await tell(await pages.integration('generic', { rules }), page);
    expect(taken.effect).toBe(effect);
    if (!type) return expect(taken).not.toHaveProperty('atpId');
    const { atp } = await read(service, taken.atpId);
    expect(atp).toMatchObject({ type, status: type === 'bugfix' ? 'Queued' : 'InProgress' });
    const directive = await directiveOf(service, taken.atpId);
    if (type === 'bugfix') return expect(directive).toBeUndefined();
    const messageType = type === 'emergency' ? 'EmergencyDirective' : 'Directive';
    expect(directive).toMatchObject({ messageType, toAgent: type === 'emergency' ? '@sre' : '@dev' });
  });

  it('then all that an integration of exercises opens is one', async () => {
    const { atpId } = await tell(await pages.integration('generic', { drill: true }), { severity: 'critical' });
    const { atp, messages } = await read(service, atpId);
    expect(atp.drill).toBe(true);
    expect(messages).toEqual([expect.objectContaining({ drill: true })]);
  });
});

describe('given an open hotfix that a page opened', () => {
  const opened = async () => {
    const integration = await pages.integration('generic', { rules });
    const key = randomUUID();
    const { atpId } = await tell(integration, { severity: 'error' }, key);
    return { integration, key, atpId };
  };

  it.each(['InProgress', 'Complete'])(
    'when its severity is raised while %s, then it is an emergency',
    async (status) => {
      const { integration, key, atpId } = await opened();
      if (status === 'Complete') await verify(service, atpId);
      expect(await tell(integration, { severity: 'critical' }, key)).toEqual({ effect: 'raised', atpId });
      const { atp, timeline } = await read(service, atpId);
      expect(atp).toMatchObject({ type: 'emergency', status, alertFiring: true });
      expect(timeline.at(-1)).toMatchObject({ action: 'raise', role: '@pager' });
      expect(await tell(integration, { severity: 'critical' }, key)).toEqual({ effect: 'repeated', atpId });
    },
  );

  it('when it is not raised by a rule, then there is a line', async () => {
    const { integration, key, atpId } = await opened();
    expect(await tell(integration, { severity: 'info' }, key)).toEqual({ effect: 'repeated', atpId });
    expect((await read(service, atpId)).atp.type).toBe('hotfix');
  });
});

describe('given an incident of PagerDuty', () => {
  const incident = async (more: RoutingRule[] = []) => {
    const integration = await pages.integration('pagerduty', { rules: more });
    const id = randomUUID();
    const say = async (type: string, data: object = {}) =>
      (await pages.page('pagerduty', integration, webhook(type, id, data))).body.pages[0];
    const { atpId } = await say('incident.triggered');
    return { say, atpId };
  };

  it('when its priority is raised later, then the hotfix is an emergency where a rule says so', async () => {
    const { say, atpId } = await incident([{ severity: ['critical'], to: 'emergency' }]);
    expect(await say('incident.priority_updated', { priority: { summary: 'P1' } })).toEqual({
      effect: 'raised',
      atpId,
    });
    expect((await read(service, atpId)).atp.type).toBe('emergency');
  });

  it.each([{ type: 'merge_resolve_reason' }, { type: 'something_else' }])(
    'when it resolves for the reason %j, then that is no fix: it still fires',
    async (resolve_reason) => {
      const { say, atpId } = await incident();
      expect(await say('incident.resolved', { resolve_reason })).toEqual({ effect: 'updated', atpId });
      const { atp, timeline } = await read(service, atpId);
      expect(atp).toMatchObject({ alertFiring: true });
      expect(atp).not.toHaveProperty('alertResolvedAt');
      expect(timeline.at(-1)).toMatchObject({ action: 'page-resolve' });
    },
  );

  it('when it is reopened, then there is a new ATP that names the one before', async () => {
    const { say, atpId } = await incident();
    expect(await say('incident.resolved')).toEqual({ effect: 'resolved', atpId });
    const again = await say('incident.reopened', { reopened_at: '2026-11-24T11:00:00Z' });
    expect(again.effect).toBe('opened');
    expect((await read(service, again.atpId)).atp.previousAtpId).toBe(atpId);
  });

  it('when a note is written, then the timeline has it', async () => {
    const { say, atpId } = await incident();
    const note = { type: 'incident_note', content: 'Restarted the database.', incident: { id: 'other' } };
    expect(await say('incident.annotated', note)).toEqual({ effect: 'dropped' });
    await say('incident.escalated', { escalation_policy: { summary: 'Managers' } });
    expect((await read(service, atpId)).timeline.at(-1)).toMatchObject({ action: 'page-update' });
  });
});
