// The page asks nobody but the server it came from: not for a font, a model, a picture or a beacon.
import fs from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let origin: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const asked: string[] = [];
const violations: string[] = [];

/** Whatever goes over the network from this page or its workers; data: and blob: stay inside. */
function record(url: string) {
  if (/^(https?|wss?):/.test(url)) asked.push(url);
}

const foreign = () => asked.filter((url) => new URL(url).host !== new URL(origin).host);

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'own-origin' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  browser = await launchChromium(1);
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.on('request', (request) => record(request.url()));
  await context.exposeFunction('onViolation', (what: string) => violations.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { onViolation: (what: string) => void }).onViolation(event.blockedURI);
    });
  });
  page = await context.newPage();
  page.on('websocket', (socket) => record(socket.url()));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('a request to another host would be seen, and is stopped by the page’s own policy', async () => {
  const other = await Server.start({ name: 'own-origin-other' });
  try {
    await page.goto(origin);
    await page.evaluate((url) => fetch(url).catch(() => undefined), `${other.http}/favicon.svg`);
    await until('the policy speaks', () => violations, (seen) => seen.some((what) => what.startsWith(other.http)), 5000);
    await page.goto(other.http);
    expect(foreign().length).toBeGreaterThan(0);
  } finally {
    // Away from the other server's page before the list is emptied: it would go on asking for what it needs.
    await page.goto('about:blank');
    await other.stop();
    asked.length = 0;
    violations.length = 0;
  }
});

test('home, pre-join, call, panels and menus ask only our own server', async () => {
  await page.goto(origin);
  await page.getByRole('button', { name: 'New meeting' }).click();
  await page.getByLabel('Your name').fill('Ann');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  await page.getByRole('button', { name: /^People/ }).click();
  const panel = page.getByRole('complementary');
  await panel.waitFor();
  for (const tab of await panel.getByRole('tab').all()) {
    await tab.click();
    await panel.getByRole('tabpanel').waitFor();
  }
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press(',');
  await page.getByLabel('Background noise').selectOption('strong');
  await until('the noise removal is loaded', () => asked, (urls) => urls.some((url) => url.includes('rnnoise')), 10_000);
  await page.getByRole('radio', { name: 'Slight blur' }).check();
  await until('the background is fetched', () => asked, (urls) => ['.tflite', 'tfjs-backend-wasm', '/worker-'].every((part) => urls.some((url) => url.includes(part))), 10_000);
  await page.locator('[data-background=on]').waitFor();
  await page.getByLabel('Language').selectOption('hi');
  await page.getByLabel('भाषा').selectOption('en');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Share screen' }).click();
  await page.getByRole('button', { name: 'Stop sharing' }).waitFor();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Leave the meeting' }).click();
  await page.getByRole('button', { name: 'Rejoin' }).waitFor();

  expect(asked.length).toBeGreaterThan(5);
  expect(asked.some((url) => url.startsWith('ws')), 'the socket was seen').toBe(true);
  expect(foreign(), 'asked of other hosts').toEqual([]);
  expect(violations).toEqual([]);
});
