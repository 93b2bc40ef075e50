/** A browser by playwright-core. It is fetched on demand, so there are no types of it to import: these are what is used. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Locator = {
  first: () => Locator;
  waitFor: (options?: { state?: 'visible' | 'detached'; timeout?: number }) => Promise<void>;
  click: () => Promise<void>;
  check: () => Promise<void>;
  fill: (text: string) => Promise<void>;
  innerText: () => Promise<string>;
  count: () => Promise<number>;
};
type Named = { name?: string | RegExp; exact?: boolean };
export type Page = {
  goto: (url: string) => Promise<unknown>;
  reload: () => Promise<unknown>;
  /** An expression, so that no types of the browser are needed here. */
  evaluate: <Value>(expression: string) => Promise<Value>;
  waitForTimeout: (milliseconds: number) => Promise<void>;
  addInitScript: (script: { content: string }) => Promise<void>;
  getByRole: (role: string, named?: Named) => Locator;
  getByLabel: (label: string) => Locator;
  getByText: (text: string | RegExp) => Locator;
  locator: (selector: string) => Locator;
  keyboard: { press: (key: string) => Promise<void>; type: (text: string) => Promise<void> };
  screenshot: (options: { path: string }) => Promise<unknown>;
  route: (
    url: RegExp,
    answer: (route: { fulfill: (given: { json: unknown }) => Promise<void> }) => Promise<void>,
  ) => Promise<void>;
  waitForEvent: (event: 'download') => Promise<{ suggestedFilename: () => string; path: () => Promise<string> }>;
  on: (event: string, listener: (what: { text: () => string; url: () => string; message: string }) => void) => void;
  context: () => Context;
};
export type Context = {
  newPage: () => Promise<Page>;
  setOffline: (offline: boolean) => Promise<void>;
  cookies: () => Promise<unknown[]>;
  close: () => Promise<void>;
};
type ContextOptions = {
  viewport: { width: number; height: number };
  colorScheme: 'light' | 'dark';
  hasTouch?: boolean;
  deviceScaleFactor?: number;
};
export type Browser = {
  newContext: (options: ContextOptions) => Promise<Context>;
  version: () => string;
  close: () => Promise<void>;
};
type Violation = { id: string; nodes: { html: string }[] };
type Axe = new (given: { page: Page }) => { analyze: () => Promise<{ violations: Violation[] }> };

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const INSTALL = `test:board: ${CHROMIUM} is missing. On Debian, as root:
  apt-get update && apt-get install -y chromium`;

const here = import.meta.dirname;
const load = createRequire(import.meta.url);

export const startBrowser = async (): Promise<Browser> => {
  if (!existsSync(CHROMIUM)) throw new Error(INSTALL);
  if (!existsSync(join(here, 'node_modules/playwright-core'))) {
    console.log('fetching playwright-core and axe');
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', here], { stdio: 'inherit' });
    if (status !== 0) throw new Error('npm could not fetch playwright-core');
  }
  const { chromium } = load('playwright-core') as { chromium: { launch: (options: object) => Promise<Browser> } };
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
};

/** What axe objects to, in a line each. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  const { default: AxeBuilder } = load('@axe-core/playwright') as { default: Axe };
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};
