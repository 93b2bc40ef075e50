import assert from 'node:assert/strict';
import type { Governance } from '../../lib/client.ts';
import type { Alert, Alertmanager } from './alertmanager.ts';
import { count, isOpenHotfix, isResolved, lastOpened, opened, toldOf } from './episodes.ts';
import { given, type Steps } from './steps.ts';

type Scene = { steps: Steps; pm: Governance; alertmanager: Alertmanager };
type Door = 'webhook' | 'pagerduty';

/** Repetitions that the repeat interval makes by itself. */
const BY_INTERVAL = 2;

/** Only the labels say that it is production: the integration itself says staging. */
const alertOf = (door: Door, instance: string): Alert => ({
  labels: {
    alertname: nameOf(door),
    door,
    instance,
    severity: 'critical',
    service: 'checkout',
    environment: 'production',
  },
  annotations: { summary: `Checkout answers 500 on ${instance}` },
});
const nameOf = (door: Door): string => `CheckoutDown_${door}`;

/** A group of alerts fires, is told of again, resolves and fires anew: the same through either door. */
export const playAlertmanager = async ({ steps, pm, alertmanager }: Scene, door: Door): Promise<void> => {
  const [one, other] = [alertOf(door, 'node-1'), alertOf(door, 'node-2')];
  const title = nameOf(door);
  let first: string | undefined;

  await steps.step(`${door}: an alert fires, and opens a hotfix with one directive`, async () => {
    await alertmanager.fire([one]);
    const told = await lastOpened(pm, title, 1);
    isOpenHotfix(told);
    first = told.atp.atpId;
    return `${first} "${told.atp.title}"`;
  });
  await steps.step(`${door}: another alert of its group fires, which is told in the timeline`, async () => {
    await alertmanager.fire([one, other]);
    await toldOf(pm, given(first, 'the ATP'), 'page-trigger', 1);
    return undefined;
  });
  await steps.step(`${door}: the repeat interval passes, and nothing else is opened`, async () => {
    const told = await toldOf(pm, given(first, 'the ATP'), 'page-trigger', 1 + BY_INTERVAL);
    isOpenHotfix(told);
    assert.equal((await opened(pm, title)).length, 1);
    return `${count(told, 'page-trigger')} repetitions, one ATP, one directive`;
  });
  await steps.step(`${door}: one of two alerts resolves, and the group still fires`, async () => {
    await alertmanager.resolve([other]);
    const before = count(await pm.atp_get({ atpId: given(first, 'the ATP') }), 'page-trigger');
    isOpenHotfix(await toldOf(pm, given(first, 'the ATP'), 'page-trigger', before + 1));
    return undefined;
  });
  await steps.step(`${door}: the last one resolves, the ATP says so and stays open`, async () => {
    await alertmanager.resolve([one]);
    const told = await toldOf(pm, given(first, 'the ATP'), 'page-resolve', 1);
    isResolved(told);
    return `alertResolvedAt ${told.atp.alertResolvedAt}`;
  });
  await steps.step(`${door}: it fires anew, and opens another, which names the one before`, async () => {
    await alertmanager.fire([one]);
    const told = await lastOpened(pm, title, 2);
    isOpenHotfix(told);
    assert.equal(told.atp.previousAtpId, first);
    await alertmanager.resolve([one]);
    isResolved(await toldOf(pm, told.atp.atpId, 'page-resolve', 1));
    return told.atp.atpId;
  });
};
