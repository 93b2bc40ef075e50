import assert from 'node:assert/strict';
import type { Governance } from '../../lib/client.ts';
import { isOpenHotfix, isResolved, lastOpened, opened, toldOf } from './episodes.ts';
import { sendByPdjs } from './pdjs.ts';
import { given, type Steps } from './steps.ts';
import type { TlsFront } from './tls-front.ts';

type Scene = { steps: Steps; pm: Governance; front: TlsFront; routingKey: string };

const SUMMARY = 'Payments time out, says pdjs';
const payload = {
  summary: SUMMARY,
  source: 'payments.example.com',
  severity: 'critical',
  custom_details: { environment: 'production', service: 'payments' },
};

export const playPdjs = async ({ steps, pm, front, routingKey }: Scene): Promise<void> => {
  let key: string | undefined;
  let first: string | undefined;
  /** The client answers whatever the status; anything but a 202 with the key is a failure to PagerDuty's other clients. */
  const send = async (event_action: string, more: object): Promise<string> => {
    const { status, data } = await sendByPdjs(front, { routing_key: routingKey, event_action, ...more });
    assert.equal(status, 202);
    assert.equal(data.status, 'success');
    return given(data.dedup_key, 'dedup_key');
  };
  const sendAbout = async (event_action: string, more: object = {}): Promise<void> =>
    assert.equal(await send(event_action, { dedup_key: given(key, 'dedup_key'), ...more }), key);

  await steps.step('pdjs: trigger without a key opens a hotfix with one directive', async () => {
    key = await send('trigger', { payload });
    const told = await lastOpened(pm, SUMMARY, 1);
    isOpenHotfix(told);
    first = told.atp.atpId;
    return `${first}, dedup_key ${key}`;
  });
  await steps.step('pdjs: trigger with the key that was answered opens nothing', async () => {
    await sendAbout('trigger', { payload });
    isOpenHotfix(await toldOf(pm, given(first, 'the ATP'), 'page-trigger', 1));
    assert.equal((await opened(pm, SUMMARY)).length, 1);
    return undefined;
  });
  await steps.step('pdjs: acknowledge is told in the timeline', async () => {
    await sendAbout('acknowledge');
    isOpenHotfix(await toldOf(pm, given(first, 'the ATP'), 'page-acknowledge', 1));
    return undefined;
  });
  await steps.step('pdjs: resolve, the ATP says so and stays open', async () => {
    await sendAbout('resolve');
    const told = await toldOf(pm, given(first, 'the ATP'), 'page-resolve', 1);
    isResolved(told);
    return `alertResolvedAt ${told.atp.alertResolvedAt}`;
  });
  await steps.step('pdjs: trigger with the same key opens another, which names the one before', async () => {
    await sendAbout('trigger', { payload });
    const told = await lastOpened(pm, SUMMARY, 2);
    isOpenHotfix(told);
    assert.equal(told.atp.previousAtpId, first);
    return told.atp.atpId;
  });
  await steps.step('pdjs: a change event is taken and opens nothing', async () => {
    const change = { summary: `Deployed: ${SUMMARY}`, timestamp: new Date().toISOString(), custom_details: {} };
    const { status } = await sendByPdjs(front, { routing_key: routingKey, payload: change }, 'change');
    assert.equal(status, 202);
    assert.equal((await opened(pm, SUMMARY)).length, 2);
    return undefined;
  });
  await steps.step('pdjs: a routing key that nobody has is refused', async () => {
    const data = { routing_key: 'R'.repeat(32), event_action: 'trigger', payload };
    const { status } = await sendByPdjs(front, data);
    assert.equal(status, 403);
    assert.equal((await opened(pm, SUMMARY)).length, 2);
    return undefined;
  });
};
