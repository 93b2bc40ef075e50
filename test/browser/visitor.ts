import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Browser, type Page, violationsOf } from './driver.ts';

const PATIENCE_MS = 15_000;
const pictures = join(import.meta.dirname, '../../docs/board');

const sights = {
  desktop: { viewport: { width: 1_200, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
} as const;
export type Sight = { on: keyof typeof sights; in: 'light' | 'dark' };

/** Somebody who looks at the board, and what their browser complained of. */
export class Visitor {
  readonly page: Page;
  readonly #url: string;
  /** Errors of the page, dialogs, and requests to anybody else. */
  readonly complaints: string[] = [];

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    const complain = (what: string) => (event: { text: () => string; message: string }) =>
      this.complaints.push(`${what}: ${event.message ?? event.text()}`);
    page.on('pageerror', complain('error'));
    page.on('dialog', () => this.complaints.push('a dialog was opened'));
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|Uncaught/i.test(text)) this.complaints.push(`console: ${text}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) this.complaints.push(`asked ${request.url()}`);
    });
  }

  static async from(browser: Browser, url: string, sight: Sight): Promise<Visitor> {
    const context = await browser.newContext({ ...sights[sight.on], colorScheme: sight.in });
    return new Visitor(await context.newPage(), url);
  }

  /** By the form, as a person does. */
  async signIn(token: string, hash = ''): Promise<void> {
    await this.page.goto(`${this.#url}/${hash}`);
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('navigation').waitFor();
  }

  /** Until the page says so, without a reload. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout: PATIENCE_MS });
  }

  async seesNoMore(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: 'detached', timeout: PATIENCE_MS });
  }

  async rowSays(title: string, text: string): Promise<void> {
    await this.page.locator(`.row:has-text("${title}"):has-text("${text}")`).first().waitFor({ timeout: PATIENCE_MS });
  }

  /** The list lets it go. */
  async seesNoRow(title: string): Promise<void> {
    await this.page.getByRole('link', { name: title }).first().waitFor({ state: 'detached', timeout: PATIENCE_MS });
  }

  async goTo(name: string): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).click();
    await this.page
      .getByRole('heading', { name: name === 'Incidents' ? 'Open incidents' : new RegExp(name) })
      .first()
      .waitFor();
  }

  /** axe has nothing to object to, and nothing is wider than the screen. */
  async looksRight(): Promise<void> {
    assert.deepEqual(await violationsOf(this.page), []);
    const [wide, room] = await this.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    assert(wide <= room, `it is ${wide} wide on a screen of ${room}`);
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  focused(): Promise<string> {
    return this.page.evaluate('document.activeElement === document.body ? "" : document.activeElement.textContent');
  }

  leave(): Promise<void> {
    return this.page.context().close();
  }
}
