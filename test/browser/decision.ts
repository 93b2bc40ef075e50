/** A question, its page as the link in the email opens it, and the click. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGovernance } from '../../lib/client.ts';
import { until } from '../support/until.ts';
import { hostile, type Scene } from './scenes.ts';
import { Visitor } from './visitor.ts';

const mailed = async (data: string, messageId: string): Promise<string> => {
  const outbox = join(data, 'outbox');
  const found = () =>
    (existsSync(outbox) ? readdirSync(outbox) : [])
      .flatMap((name) => /\S+link=\S+/g.exec(readFileSync(join(outbox, name), 'utf8')) ?? [])
      .find((link) => link.includes(messageId));
  await until(() => found() !== undefined);
  return found() ?? '';
};

export const playDecision = async ({ steps, stack, browser }: Scene): Promise<void> => {
  const as = (label: string) => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });
  const [pm, dev] = [as('@pm'), as('@dev')];
  const atpId = 'AT-QUESTION';
  await pm.atp_set({ atpId, status: 'InProgress', title: 'Payments answer 503' });
  const ask = async (options: string[], subject: string, body: string): Promise<string> => {
    const letter = { atpId, toAgent: '@operator', messageType: 'Escalation', subject, body } as const;
    const { message } = await dev.message_send({ ...letter, options, recommendation: options[0] ?? '' });
    return mailed(stack.data, message.messageId);
  };
  const options = ['Roll back to v41', 'Fix forward, about an hour', 'Wait for the vendor'];
  const link = await ask(options, 'Roll back or fix?', 'A rollback loses the orders since 11:58.');

  const desktop = await Visitor.from(browser, stack.url, { on: 'desktop', in: 'light' });
  const phone = await Visitor.from(browser, stack.url, { on: 'phone', in: 'dark' });
  await steps.step('a question: its page says what is asked and on what, on a desktop and on a phone', async () => {
    for (const visitor of [desktop, phone]) {
      await visitor.page.goto(link);
      await visitor.sees('recommended by whoever asks');
      await visitor.sees('Payments answer 503');
      await visitor.looksRight();
    }
    await desktop.picture('decision');
    await phone.picture('decision-phone-dark');
    return undefined;
  });
  await steps.step('by keyboard: a word is written, an option chosen, and the page says what was decided', async () => {
    const { page } = phone;
    await page.getByLabel('A word to @dev, if you like').fill('Tell support first.');
    for (let tabs = 0; tabs < 9 && !(await phone.focused()).includes(options[1] ?? ''); tabs += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await phone.sees('has been told');
    await phone.looksRight();
    const { messages } = await dev.atp_get({ atpId });
    const decisions = messages.filter(({ messageType }) => messageType === 'Decision');
    assert.deepEqual(
      decisions.map(({ option }) => option),
      [options[1]],
    );
    return undefined;
  });
  await steps.step('the other one who had it open is too late, and is told so', async () => {
    await desktop.page.getByRole('button', { name: options[0] ?? '' }).click();
    await desktop.sees('Decided before');
    await desktop.sees(/This question is decided/);
    await desktop.looksRight();
    return undefined;
  });
  await steps.step('hostile options and questions stay text, within the screen', async () => {
    const [one = '', two = '', three = ''] = hostile;
    await phone.page.goto(await ask([one, two, three], one, `${two}\n${three}`));
    await phone.sees('recommended by whoever asks');
    await phone.looksRight();
    assert.equal(await phone.page.evaluate('document.querySelectorAll("main img, script").length'), 0);
    return undefined;
  });
  await steps.step('none of it had an error, a dialog or a request to another host', async () => {
    assert.deepEqual([...desktop.complaints, ...phone.complaints], []);
    return undefined;
  });
  await Promise.all([desktop.leave(), phone.leave()]);
};
