// The product's own meeting page, used as a person would: by its words. Two browsers, one link.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { askApi } from '../harness/meeting_api.ts';
import { LOGS, TESTS } from '../harness/paths.ts';
import type { Reading } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
const browsers: Browser[] = [];
let ann: Page;
let ben: Page;

/** Reads the pictures of every video on the page; the page itself knows nothing of it. */
async function readerScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { readPicture } from './pattern.ts';
        window.readVideos = () => [...document.querySelectorAll('video')].map((video) => {
          const canvas = document.createElement('canvas');
          canvas.width = 320; canvas.height = 180;
          const context = canvas.getContext('2d');
          context.drawImage(video, 0, 0, 320, 180);
          return readPicture(context.getImageData(0, 0, 320, 180).data, 320, 180);
        }).filter(Boolean);`,
      resolveDir: path.join(TESTS, 'harness'),
      loader: 'ts',
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0]!.text;
}

async function person(id: number): Promise<Page> {
  const browser = await launchChromium(id);
  browsers.push(browser);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const log = fs.createWriteStream(path.join(LOGS, `meeting-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  await page.addInitScript({ content: await readerScript() });
  return page;
}

const pictures = (page: Page) =>
  page.evaluate(() => (window as unknown as { readVideos: () => Reading[] }).readVideos());

async function enter(page: Page, name: string, way = 'Join') {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: way, exact: true }).click();
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
}

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'meeting' });
  [ann, ben] = await Promise.all([person(1), person(2)]);
});

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('one starts a meeting, the other follows the link and is let in, they see each other', async () => {
  await ann.goto(server.http.replace('127.0.0.1', 'localhost'));
  await ann.getByRole('button', { name: 'New meeting' }).click();
  await enter(ann, 'Ann');

  await ben.goto(ann.url());
  const link = new URL(ann.url()).pathname.replace('/m/', '');
  const admitted = until('ben is let in', async () => {
    const { body } = await askApi(ann, link, 'GET', '/state');
    if ((body?.lobby as unknown[]).length === 0) return false;
    return (await askApi(ann, link, 'POST', '/lobby/admit', {})).status === 204;
  }, Boolean, 15_000);
  await enter(ben, 'Ben', 'Ask to join');
  await admitted;

  await until('ann sees ben', () => pictures(ann), (seen) => seen.some(({ id, psnr }) => id === 2 && psnr > 20), 30_000);
  const [first] = (await pictures(ben)).filter(({ id }) => id === 1);
  await until('ben sees ann move', () => pictures(ben), (seen) =>
    seen.some(({ id, frame, psnr }) => id === 1 && psnr > 20 && frame !== first?.frame), 30_000);
  await ann.getByRole('button', { name: 'People (2)' }).waitFor();
  await ann.screenshot({ path: path.join(LOGS, 'meeting-two.png') });
  await ben.screenshot({ path: path.join(LOGS, 'meeting-two-other.png') });
});

test('who mutes is shown as muted to the other', async () => {
  await ann.mouse.move(600, 400);
  await ann.getByRole('button', { name: 'Mute microphone' }).click();
  await ben.getByLabel(/Ann, muted/).waitFor({ timeout: 10_000 });
  await ann.mouse.move(610, 410);
  await ann.getByRole('button', { name: 'Unmute microphone' }).click();
  await ben.getByLabel(/Ann, microphone on/).waitFor({ timeout: 10_000 });
});

test('a shared screen is large at the other end', async () => {
  await ann.mouse.move(620, 420);
  await ann.getByRole('button', { name: 'Share screen' }).click();
  await ben.getByLabel(/Ann’s screen/).first().waitFor({ timeout: 15_000 });
  await ben.screenshot({ path: path.join(LOGS, 'meeting-share.png') });
  await ann.mouse.move(630, 430);
  await ann.getByRole('button', { name: 'Stop sharing' }).click();
  await until('the screen is gone', () => ben.getByLabel(/Ann’s screen/).count(), (count) => count === 0);
});

test('a killed edge is not even mentioned', async () => {
  const { restarted } = server.kill('signal');
  await restarted;
  await until('still seen', () => pictures(ben), (seen) => seen.some(({ id }) => id === 1), 5000);
  const first = (await pictures(ben)).find(({ id }) => id === 1);
  await until('and moving', () => pictures(ben), (seen) => seen.some(({ id, frame }) => id === 1 && frame !== first?.frame), 5000);
});

test('who leaves is gone', async () => {
  await ann.mouse.move(640, 440);
  await ann.getByRole('button', { name: 'Leave', exact: true }).click();
  await ann.getByRole('menuitem', { name: 'Leave the meeting' }).click();
  await ben.getByText('You are the only one here').waitFor({ timeout: 10_000 });
});

test('a server that is away is said so, in words', async () => {
  const away = await Server.start({ name: 'away' });
  const page = await person(3);
  await page.goto(`${away.http.replace('127.0.0.1', 'localhost')}/`);
  await page.getByRole('button', { name: 'New meeting' }).click();
  await page.getByLabel('Your name').fill('Cleo');
  await away.stop();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByText(/does not answer/).first().waitFor({ timeout: 20_000 });
  await page.screenshot({ path: path.join(LOGS, 'meeting-away.png') });
});
