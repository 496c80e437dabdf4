// Eight real browsers in one meeting: they talk beside their pictures, and no picture stops for it.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { askApi } from '../harness/meeting_api.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const NAMES = ['Ann', 'Ben', 'Cat', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal'] as const;
/** Eight encoders and fifty-six decoders share the machine. */
const TINY = { width: 320, height: 180, fps: 5 };

let server: Server;
const browsers: Browser[] = [];
let pages: Page[] = [];

async function person(id: number): Promise<Page> {
  const browser = await launchChromium(id, { camera: TINY });
  browsers.push(browser);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  const log = fs.createWriteStream(path.join(LOGS, `eight-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return page;
}

/** Decoded frames of everybody's picture, by whose it is, on one page. */
const frames = (page: Page) =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('li[data-identity]')].map((tile) => [tile.dataset.identity!, tile.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0]),
    ),
  );

async function allPicturesMove() {
  await Promise.all(
    pages.map(async (page, i) => {
      const before = await frames(page);
      expect(Object.keys(before), NAMES[i]).toHaveLength(NAMES.length);
      await until(`${NAMES[i]} sees all pictures move`, () => frames(page), (now) => Object.entries(before).every(([who, count]) => (now[who] ?? 0) > count + 3), 30_000, 250);
    }),
  );
}

const panel = (page: Page) => page.getByRole('complementary');
const everywhere = (act: (page: Page, index: number) => Promise<unknown>) => Promise.all(pages.map(act));

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'eight' });
  const origin = server.http.replace('127.0.0.1', 'localhost');
  pages = await Promise.all(NAMES.map((_, i) => person(i + 1)));
  await pages[0]!.goto(origin);
  const made = await askApi(pages[0]!, '', 'POST', '', { title: 'Eight', lobby: 'nobody', join_before_host: true });
  for (const [i, page] of pages.entries()) {
    await page.goto(`${origin}/m/${String(made.body?.link)}?autojoin=1&mic=0&name=${NAMES[i]}`);
    await page.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 30_000 });
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
}, 60_000);

test('everybody sees everybody', async () => {
  await everywhere((page) => until('eight tiles', () => page.locator('li[data-identity]').count(), (count) => count === NAMES.length, 30_000));
  await allPicturesMove();
  await pages[7]!.screenshot({ path: path.join(LOGS, 'eight-grid.png') });
}, 90_000);

test('everybody writes at once, and everybody reads all of it', async () => {
  // By its key: the buttons have left while nobody moved.
  await everywhere((page) => page.keyboard.press('c'));
  await everywhere(async (page, i) => {
    const field = panel(page).getByRole('textbox').last();
    await field.fill(`Hello from ${NAMES[i]}`);
    await field.press('Enter');
  });
  await everywhere(async (page) => {
    for (const name of NAMES) await panel(page).getByText(`Hello from ${name}`, { exact: true }).waitFor({ timeout: 15_000 });
  });
  await allPicturesMove();
}, 90_000);

test('seven raise a hand, and all see them in one order', async () => {
  await everywhere((page, i) => (i === 0 ? Promise.resolve() : page.locator('[data-control=hand]').click()));
  const order = (page: Page) => panel(page).getByRole('listitem').allInnerTexts();
  await everywhere((page) => panel(page).getByRole('tab', { name: /^People/ }).click());
  const hands = (page: Page) => panel(page).getByText(/^Hand raised, number \d$/).allTextContents();
  await everywhere((page) => until('seven hands', () => hands(page), (all) => all.length === 7, 15_000));
  const names = await Promise.all(pages.map(async (page) => (await order(page)).slice(0, 7).map((text) => NAMES.find((name) => text.includes(name)))));
  expect(new Set(names[0]).size).toBe(7);
  for (const one of names) expect(one).toEqual(names[0]);
  await everywhere((page, i) => (i === 0 ? Promise.resolve() : page.locator('[data-control=hand]').click()));
  await everywhere((page) => until('no hand', () => hands(page), (all) => all.length === 0, 15_000));
}, 90_000);

test('eight vote in a poll, and the host counts eight', async () => {
  const [ann] = pages as [Page];
  await everywhere((page) => panel(page).getByRole('tab', { name: /^Polls/ }).click());
  await panel(ann).getByRole('button', { name: /New poll/ }).click();
  for (const [i, text] of ['Tea or coffee?', 'Tea', 'Coffee'].entries()) await panel(ann).getByRole('textbox').nth(i).fill(text);
  await panel(ann).getByRole('button', { name: /Create|Save|Make/ }).last().click();
  await panel(ann).getByRole('button', { name: /^(Open|Start)/ }).click();
  await everywhere(async (page, i) => {
    await panel(page).getByRole('radio', { name: i < 3 ? 'Tea' : 'Coffee' }).check({ timeout: 15_000 });
    await panel(page).getByRole('button', { name: /^Vote/ }).click();
  });
  await panel(ann).getByText('People who voted: 8').waitFor({ timeout: 15_000 });
  await panel(ann).screenshot({ path: path.join(LOGS, 'eight-poll.png') });
  await allPicturesMove();
}, 90_000);
