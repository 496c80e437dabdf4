// axe over the real pages, served as they are to everybody: WCAG 2.2 AA in both themes, on a phone and on a desk,
// in a language that is read from the left and in one from the right. The gallery's many states: npm run a11y in web/.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { ROOT } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const AXE = fs.readFileSync(path.join(ROOT, 'web/node_modules/axe-core/axe.min.js'), 'utf8');

let server: Server;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start({ name: 'accessibility' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  browser = await launchChromium(1);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Found {
  readonly violations: { readonly id: string; readonly nodes: { readonly target: unknown[]; readonly failureSummary?: string }[] }[];
  readonly passes: unknown[];
}

async function faults(page: Page, where: string): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<Found> } };
    return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  });
  expect(found.passes.length, `${where}: axe looked at something`).toBeGreaterThan(5);
  return found.violations.map(({ id, nodes }) => `${where}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

const LOOKS = [
  { name: 'desk, light, English', viewport: { width: 1280, height: 800 }, colorScheme: 'light', locale: 'en' },
  { name: 'phone, dark, English', viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'en' },
  { name: 'desk, dark, Arabic', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', locale: 'ar' },
  { name: 'phone, light, Arabic', viewport: { width: 390, height: 844 }, colorScheme: 'light', locale: 'ar' },
] as const;

describe.each(LOOKS)('$name', ({ viewport, colorScheme, locale }) => {
  test('home, pre-join, call, people, settings, keys and goodbye have no fault, by keyboard alone', async () => {
    const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const found: string[] = [];
    const look = async (where: string) => found.push(...(await faults(page, where)));

    await page.goto(origin);
    await page.locator('h1').waitFor();
    // Whether one can sign in is known once the server has answered.
    await page.locator('header button').nth(1).waitFor();
    await look('home');
    // The first stop is the settings, then signing in, then the one thing that this page is for.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await look('settings of the start page');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await look('signing in');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    await page.locator('input[autocomplete=name]').waitFor();
    await page.locator('[data-verdict=good]').waitFor({ timeout: 20_000 });
    await look('pre-join');
    await page.keyboard.type('Ann');
    await page.keyboard.press('Enter');

    await page.getByRole('toolbar').waitFor();
    await look('call');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('p');
    await page.getByRole('complementary').waitFor();
    await look('people');
    const tabs = page.getByRole('complementary').getByRole('tab');
    await tabs.first().focus();
    // Backwards in Arabic: the arrow points to where the next one is.
    const next = locale === 'ar' ? 'ArrowLeft' : 'ArrowRight';
    for (let at = 1; at < (await tabs.count()); at += 1) {
      await page.keyboard.press(next);
      await until('the next tab is chosen', () => tabs.nth(at).getAttribute('aria-selected'), (chosen) => chosen === 'true');
      await page.waitForTimeout(300); // What is opened may have to be fetched first.
      await look(`tab ${at}`);
    }
    await page.keyboard.press(',');
    await page.getByRole('dialog').waitFor();
    await look('settings');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await look('keys');
    await page.keyboard.press('Escape');
    // On a phone the host's controls stand in the menu.
    for (const control of ['react', 'host']) {
      if ((await page.locator(`[data-control=${control}]`).count()) === 0) continue;
      await page.locator(`[data-control=${control}]`).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menu').or(page.getByRole('dialog')).waitFor();
      await look(control);
      await page.keyboard.press('Escape');
    }
    await page.locator('[data-control=leave]').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await look('the way out');
    await page.keyboard.press('Enter');
    await page.getByRole('toolbar').waitFor({ state: 'detached' });
    await look('goodbye');
    expect(found).toEqual([]);
    await context.close();
  });
});
