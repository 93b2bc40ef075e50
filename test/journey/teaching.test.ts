import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoutingRule } from '../../lib/pager/integration.ts';
import { event } from '../support/pages/senders.ts';
import { Pages } from '../support/pages.ts';
import { type Body, Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';
import { Agent, type Manner } from './teaching/agent.ts';
import { type ShownTool, shownTools } from './teaching/catalogue.ts';

const directory = temporary();
let service: Service;
let pages: Pages;
let tools: ShownTool[];
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  tools = await shownTools();
});
afterAll(() => pages.stop());

const flows: Record<string, { severity: string; rules: RoutingRule[] }> = {
  hotfix: { severity: 'critical', rules: [] },
  emergency: { severity: 'critical', rules: [{ severity: ['critical'], to: 'emergency' }] },
  bugfix: { severity: 'warning', rules: [] },
};

const get = async (atpId: string): Promise<Body> => (await service.done('operator-1', 'atp_get', { atpId })).atp;

/** From the page until none of the agents finds anything to do; the alert resolves once the fix is made. */
const play = async (type: string, manner: Manner) => {
  const { severity = '', rules = [] } = flows[type] ?? {};
  const integration = await pages.integration('events', { rules });
  const key = randomUUID();
  await pages.page('events', integration, event(key, 'trigger', severity));
  const { atps } = await service.done('operator-1', 'atp_list', { limit: 1 });
  const { atpId } = atps[0];
  const agents = ['pm-1', 'dev-1', 'sre-1', 'qa-1'].map((who) => new Agent(service, who, tools, manner));
  for (let busy = true, rounds = 0; busy; rounds++) {
    if (rounds > 60)
      throw new Error(`it goes round in circles: ${JSON.stringify(agents.map(({ refusals }) => refusals))}`);
    busy = false;
    for (const agent of agents) busy = (await agent.turn()) || busy;
    const { completedAt, alertFiring } = await get(atpId);
    if (completedAt && alertFiring) await pages.page('events', integration, event(key, 'resolve', severity));
  }
  return { atp: await get(atpId), agents };
};

const settled = async ({ status, type, obligations = [], followUpAtpId }: Body): Promise<void> => {
  expect(status).toBe('Closed');
  expect(obligations.map(({ state }: Body) => state)).toEqual(type === 'bugfix' ? [] : ['met', 'met']);
  if (type !== 'bugfix') expect((await get(followUpAtpId)).status).toBe('Closed');
};

/** What is refused to those that guess wrong before each step, measured; each flow with the review that it owes. */
const bounds: Record<string, Record<string, number>> = {
  hotfix: { '@pm': 6, '@dev': 11, '@sre': 0, '@qa': 0 },
  emergency: { '@pm': 5, '@dev': 9, '@sre': 1, '@qa': 0 },
  bugfix: { '@pm': 3, '@dev': 2, '@sre': 0, '@qa': 1 },
};

describe.each(Object.keys(flows))('given a page that opens a %s, and agents that know no flow', (type) => {
  it.each(['careful', 'slipping'] as const)(
    'when they are %s and follow next, then it is settled, one call a step, and none is refused',
    async (manner) => {
      const { atp, agents } = await play(type, manner);
      expect(atp.type).toBe(type);
      await settled(atp);
      for (const { refusals, calls, steps } of agents) expect([refusals, calls]).toEqual([[], steps]);
    },
  );

  it('when they guess wrong before each step, then every refusal leads on, and it is settled', async () => {
    const { atp, agents } = await play(type, 'guessing');
    await settled(atp);
    for (const { role, refusals, deadEnds } of agents) {
      expect(deadEnds).toEqual([]);
      expect(refusals.length, role).toBeLessThanOrEqual(bounds[type]?.[role] ?? 0);
    }
  });
});
