// A background in Firefox, which has no WebGL where there is no display, as here: what cannot be done is said, and is
// nothing that others would notice.
import type { Browser, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser, Page as FirefoxPage } from 'puppeteer-core';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, launchFirefox } from '../harness/browser.ts';
import { ROOT } from '../harness/paths.ts';
import { type View, look } from '../harness/person_view.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let firefox: FirefoxBrowser;
let chromium: Browser;
let fay: FirefoxPage;
let ben: Page;
const room = `background-firefox-${Date.now()}`;

/** Presses what has these words on it. */
async function press(selector: string, words: string) {
  const found = (css: string, text: string) => {
    const element = [...document.querySelectorAll<HTMLElement>(css)].find((one) => (one.ariaLabel ?? one.textContent) === text);
    element?.click();
    return element !== undefined;
  };
  await until(`${words} is there`, () => fay.evaluate(found, selector, words), (pressed) => pressed, 15_000);
}

const says = (words: string) => until(`"${words}" is said`, () => fay.evaluate((text) => document.body.innerText.includes(text), words), (said) => said, 20_000);
const hasBooks = ({ shelf }: View) => shelf.edges > 4;

beforeAll(async () => {
  server = await Server.start({ name: 'background-firefox' });
  const origin = server.http.replace('127.0.0.1', 'localhost');
  firefox = await launchFirefox({ 'webgl.disabled': true });
  fay = await firefox.newPage();
  // Firefox's own fake camera has nobody in it.
  await fay.evaluateOnNewDocument(fs.readFileSync(path.join(ROOT, 'tests/picture/portrait.js'), 'utf8'));
  chromium = await launchChromium(2);
  ben = await (await chromium.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await ben.goto(`${origin}/m/${room}?autojoin=1&test=1&name=Ben`);
  await fay.goto(`${origin}/m/${room}?autojoin=1&test=1&name=Fay`);
}, 90_000);

afterAll(async () => {
  await Promise.all([firefox?.close(), chromium?.close()]);
  await server?.stop();
});

test('without WebGL the person is told, and goes on being seen as before', async () => {
  await until('books on the shelf', () => look(ben, 'Fay'), hasBooks, 30_000);
  await press('button', 'More');
  await press('[role=menuitem]', 'Background');
  await press('[role=radiogroup] label', 'Strong blur');
  await says('This browser cannot change the background: it lacks WebGL 2 or WebAssembly. Your picture is shown as it was.');
  expect(hasBooks(await look(ben, 'Fay'))).toBe(true);
});

test('one that is remembered from elsewhere keeps the camera off instead', async () => {
  await fay.evaluate(() => localStorage.setItem('parley.background', '"strong"'));
  await fay.reload();
  await says('Your picture is paused, so that nobody sees your room.');
  await sleep(2000);
  const seen = await ben.evaluate(() => [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0 && video.readyState >= 2 && !video.paused).length);
  expect(seen, 'Ben sees himself alone').toBeLessThanOrEqual(1);
  await press('button', 'Show my room');
  await press('button', 'Turn camera on');
  await until('books on the shelf', () => look(ben, 'Fay'), hasBooks, 30_000);
});
