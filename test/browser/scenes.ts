/** What a visitor may do, and what may happen to them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RunningStack } from '../../infra/local/start.ts';
import { createGovernance } from '../../lib/client.ts';
import type { Steps } from '../senders/steps.ts';
import type { Browser } from './driver.ts';
import { halfYearOf } from './half-year.ts';
import { Visitor } from './visitor.ts';

export type Scene = { steps: Steps; stack: RunningStack; browser: Browser };

const tokenOf = ({ tokens }: RunningStack): string => tokens['@pm'] ?? '';
const QUIET_MS = 5_000;

export const playSignIn = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const visitor = await Visitor.from(browser, stack.url, { on: 'phone', in: 'light' });
  const { page } = visitor;
  await steps.step('what is no token, or an unknown one, does not get in', async () => {
    await page.goto(stack.url);
    for (const [token, said] of [
      ['hunter2', /This is no token/],
      [`atp_pm_${'x'.repeat(43)}`, /unknown, expired or revoked/],
    ] as const) {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await visitor.sees(said);
    }
    await visitor.looksRight();
    return undefined;
  });
  await steps.step('a token is kept for the tab alone, and signing out forgets it', async () => {
    await visitor.signIn(tokenOf(stack));
    await page.reload();
    await visitor.sees('Open incidents');
    const kept = '[Object.values(sessionStorage).length, localStorage.length]';
    assert.deepEqual(await page.evaluate(kept), [1, 0]);
    assert.deepEqual(await page.context().cookies(), []);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    assert.deepEqual(await page.evaluate(kept), [0, 0]);
    return undefined;
  });
  await steps.step('a token that is refused later leads back to the sign-in, with a reason', async () => {
    await page.evaluate(`sessionStorage.setItem('token', 'atp_pm_${'y'.repeat(43)}')`);
    await page.reload();
    await visitor.sees(/not good any more/);
    return undefined;
  });
  await ends(steps, visitor);
};

export const playKeyboard = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const visitor = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'dark' });
  const { keyboard } = visitor.page;
  const tabTo = async (text: string): Promise<void> => {
    for (let n = 0; n < 30; n += 1) {
      if ((await visitor.focused()).includes(text)) return;
      await keyboard.press('Tab');
    }
    throw new Error(`no Tab leads to ${text}`);
  };
  await steps.step('by keyboard alone: signed in, an incident opened, back, signed out', async () => {
    await visitor.page.goto(stack.url);
    await visitor.page.getByLabel('Token').waitFor();
    await keyboard.type(tokenOf(stack));
    await keyboard.press('Enter');
    await visitor.sees('in all');
    assert.equal(await visitor.focused(), 'Open incidents');
    await tabTo('by keyboard');
    await keyboard.press('Enter');
    await visitor.sees('Whose turn');
    assert.equal(await visitor.focused(), 'Opened by keyboard');
    await visitor.looksRight();
    for (const [form, begins] of [
      ['Markdown', '# Opened by keyboard'],
      ['JSON', '{"atp":{"atpId":"AT-KEYS"'],
    ] as const) {
      await tabTo(`Save as ${form}`);
      const saved = visitor.page.waitForEvent('download');
      await keyboard.press('Enter');
      const file = await saved;
      assert.match(file.suggestedFilename(), /^AT-KEYS\.(md|json)$/);
      assert(readFileSync(await file.path(), 'utf8').startsWith(begins), form);
      await visitor.sees(/^AT-KEYS\.\w+ is saved/);
    }
    await tabTo('Incidents');
    await keyboard.press('Enter');
    await visitor.sees('in all');
    assert.equal(await visitor.focused(), 'Open incidents');
    await tabTo('Sign out');
    await keyboard.press('Enter');
    await visitor.page.getByLabel('Token').waitFor();
    return undefined;
  });
  await ends(steps, visitor);
};

/** Titles and names as somebody who means harm would write them; the service takes them as the text they are. */
export const hostile = [
  '<img src=x onerror=alert(1)><script>alert(1)</script>',
  '\u202Egnihton ni dne\u2066 turned around',
  `${'W'.repeat(199)}!`,
];

export const playHostile = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const pm = createGovernance({ url: stack.url, token: tokenOf(stack) });
  for (const [n, title] of hostile.entries()) {
    const atpId = `AT-HOSTILE-${n}`;
    await pm.atp_set({ atpId, status: 'InProgress', title, incident: { url: 'javascript:alert(1)', summary: title } });
    await pm.message_send({ atpId, toAgent: '@dev', messageType: 'Directive', subject: title, body: title });
  }
  const visitor = await Visitor.from(browser, stack.url, { on: 'phone', in: 'dark' });
  await steps.step('hostile titles stay text, set apart, and within the screen', async () => {
    await visitor.signIn(tokenOf(stack));
    await visitor.sees(hostile[0] ?? '');
    await visitor.sees(hostile[2] ?? '');
    await visitor.looksRight();
    for (const n of hostile.keys()) {
      await visitor.page.evaluate(`location.hash = '#/atps/AT-HOSTILE-${n}'`);
      await visitor.sees('waits for acknowledgement');
      await visitor.looksRight();
    }
    const made = await visitor.page.evaluate(
      'document.querySelectorAll("main img, main script, a[href^=javascript]").length',
    );
    assert.equal(made, 0);
    return undefined;
  });
  await ends(steps, visitor);
};

export const playConnection = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const visitor = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'light' });
  let asked = 0;
  visitor.page.on('request', () => {
    asked += 1;
  });
  await steps.step('a lost connection is said, and that it is back', async () => {
    await visitor.signIn(tokenOf(stack));
    await visitor.sees('in all');
    await visitor.page.context().setOffline(true);
    await visitor.sees(/Connection lost/);
    await visitor.looksRight();
    await visitor.page.context().setOffline(false);
    await visitor.seesNoMore('Connection lost: what is shown may be old. Trying again…');
    return undefined;
  });
  await steps.step('a tab that is hidden asks nothing, and asks at once when it is seen', async () => {
    const turn = (hidden: boolean) =>
      visitor.page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await turn(true);
    const before = asked;
    await visitor.page.waitForTimeout(QUIET_MS);
    assert.equal(asked, before);
    await turn(false);
    await visitor.page.waitForTimeout(QUIET_MS);
    assert(asked > before, 'it asks again');
    return undefined;
  });
  await ends(steps, visitor);
};

/** Half a year of closed incidents, which no stack of today has: answered in the service's place. */
export const playTimes = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const visitor = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'light' });
  await visitor.page.route(/\/atps\?status=Closed/, (route) =>
    route.fulfill({ json: { atps: halfYearOf(Date.now()) } }),
  );
  await steps.step('times over half a year: charts, and a table of the same figures', async () => {
    await visitor.signIn(tokenOf(stack), '#/times');
    await visitor.page.locator('canvas').first().waitFor();
    assert.equal(await visitor.page.locator('canvas').count(), 3);
    assert((await visitor.page.locator('tbody tr').count()) >= 26);
    await visitor.looksRight();
    await visitor.picture('times');
    return undefined;
  });
  await ends(steps, visitor);
};

const ends = async (steps: Steps, visitor: Visitor): Promise<void> => {
  await steps.step('no error, no dialog, no policy broken, no other host asked', async () => {
    assert.deepEqual(visitor.complaints, []);
    return undefined;
  });
  await visitor.leave();
};
