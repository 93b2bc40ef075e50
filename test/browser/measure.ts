/** How soon the list is there, and whether an update holds the page up, with many open incidents. */

import assert from 'node:assert/strict';
import { loadavg } from 'node:os';
import { createGovernance } from '../../lib/client.ts';
import { onEach } from '../support/callers.ts';
import type { Scene } from './scenes.ts';
import { Visitor } from './visitor.ts';

const OPEN = 500;
const LOADS = 5;
const UPDATES = 10;
const SETTLED_MS = 500;
const FIRST_VIEW_MS = 1_000;

/** From the start of the navigation, by the page's own clock; tasks above 50 ms are what browsers call long. */
const WATCH = `
  globalThis.seen = { row: 0, whole: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver(() => {
    if (!seen.row && document.querySelector('.row')) requestAnimationFrame(() => { seen.row ||= performance.now(); });
    if (!seen.whole && document.querySelector('.rows[aria-busy=false] .row')) seen.whole = performance.now();
  }).observe(document, { childList: true, subtree: true, attributes: true });
`;
/** A task of 80 ms, as one of the page's own would be. */
const BUSY = 'setTimeout(() => { const end = performance.now() + 80; while (performance.now() < end); })';
type Seen = { row: number; whole: number; tasks: [number, number][] };

export const playMany = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const token = stack.tokens['@pm'] ?? '';
  const pm = createGovernance({ url: stack.url, token });
  const atpIds = Array.from({ length: OPEN }, (_, n) => `AT-MANY-${n}`);
  await onEach(atpIds, (atpId) => pm.atp_set({ atpId, status: 'InProgress', title: `Incident ${atpId} of many` }));
  const visitor = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'light' });
  await visitor.signIn(token);
  await visitor.page.addInitScript({ content: WATCH });
  const seen = (): Promise<Seen> => visitor.page.evaluate('seen');

  await steps.step(`${OPEN} open: the first rows are there within a second of the navigation`, async () => {
    const loads: Seen[] = [];
    for (let n = 0; n < LOADS; n += 1) {
      await visitor.page.reload();
      await visitor.page.locator('.rows[aria-busy=false] .row').first().waitFor();
      await visitor.page.waitForTimeout(SETTLED_MS);
      loads.push(await seen());
    }
    const inOrder = (of: keyof Pick<Seen, 'row' | 'whole'>) =>
      loads.map((load) => Math.round(load[of])).toSorted((one, other) => one - other);
    const told = `first rows ${inOrder('row').join(' ')} ms, whole list ${inOrder('whole').join(' ')} ms, load ${load()}`;
    assert((inOrder('row')[LOADS >> 1] ?? 0) < FIRST_VIEW_MS, told);
    return told;
  });

  await steps.step(`${UPDATES} updates hold the page up for less than 50 ms each`, async () => {
    await visitor.page.waitForTimeout(3_000);
    const before = (await seen()).tasks.length;
    for (let n = 0; n < UPDATES; n += 1) {
      const atpId = `AT-MANY-${n}`;
      await pm.message_send({ atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Fix it', body: 'Now.' });
      await visitor.page.waitForTimeout(1_500);
    }
    await visitor.page.waitForTimeout(5_000);
    for (let n = 0; n < UPDATES; n += 1) await visitor.rowSays(`Incident AT-MANY-${n} of many`, '@dev to acknowledge');
    const long = (await seen()).tasks.slice(before).map(([, duration]) => Math.round(duration));
    const told = `${long.length} long tasks${long.length > 0 ? `: ${long.join(' ')} ms` : ''}, load ${load()}`;
    assert.equal(long.length, 0, told);
    await visitor.page.evaluate(BUSY);
    await visitor.page.waitForTimeout(SETTLED_MS);
    assert.equal((await seen()).tasks.length, before + 1, 'a task that is long is seen as one');
    return told;
  });

  await steps.step(
    'one of many is found by a word of it, among closed ones too, and the focus stays where it is',
    async () => {
      await visitor.page.getByLabel('Search').fill(`many-${OPEN - 1}`);
      await visitor.sees(/^1 of \d+ found$/);
      await visitor.page.getByLabel('Search').fill('checkout 500');
      await visitor.sees('Nothing has these words.');
      await visitor.page.getByLabel('closed ones too').check();
      await visitor.sees('Checkout answers 500');
      assert.equal(await visitor.page.evaluate('document.activeElement.type'), 'checkbox');
      return undefined;
    },
  );
  await visitor.leave();
};

const load = (): string => loadavg()[0]?.toFixed(1) ?? '';
