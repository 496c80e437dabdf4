// Two people exchange a picture and a document in the chat, by the page's own buttons, while their video flows.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
const browsers: Browser[] = [];
let ann: Page;
let ben: Page;

const PDF = Buffer.from(`%PDF-1.7\n${'x'.repeat(200_000)}\n%%EOF\n`);

async function person(id: number, viewport: { width: number; height: number }): Promise<Page> {
  const browser = await launchChromium(id);
  browsers.push(browser);
  const page = await (await browser.newContext({ viewport, locale: 'en-GB' })).newPage();
  const log = fs.createWriteStream(path.join(LOGS, `files-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return page;
}

async function enter(page: Page, name: string, press: string) {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: press, exact: true }).click();
}

const panel = (page: Page) => page.getByRole('complementary');
const openChat = async (page: Page) => {
  await page.locator('[data-control=chat]').click();
  await panel(page).getByRole('textbox').last().waitFor();
};
const frames = (page: Page) => page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames)));
const choose = (page: Page, files: { name: string; mimeType: string; buffer: Buffer }[]) => page.locator('input[data-control=files]').setInputFiles(files);

/** A real picture, drawn by the browser itself. */
const picture = async (page: Page): Promise<Buffer> => {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#2a7';
    context.fillRect(0, 0, 640, 360);
    return canvas.toDataURL('image/png').split(',')[1]!;
  });
  return Buffer.from(data, 'base64');
};

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'browser-files', config: 'application:\n  files:\n    max_mb: 1\n' });
  [ann, ben] = await Promise.all([person(1, { width: 1280, height: 800 }), person(2, { width: 1280, height: 800 })]);
  await ann.goto(server.http.replace('127.0.0.1', 'localhost'));
  await ann.getByRole('button', { name: 'New meeting' }).click();
  await enter(ann, 'Ann', 'Join');
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  await ben.goto(ann.url());
  await enter(ben, 'Ben', 'Ask to join');
  await ann.getByRole('button', { name: 'Admit', exact: true }).click();
  await ben.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 20_000 });
  await Promise.all([openChat(ann), openChat(ben)]);
}, 90_000);

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('a picture and a document reach the other, and the call goes on', async () => {
  const before = await frames(ben);
  await choose(ann, [
    { name: 'Whiteboard.png', mimeType: 'image/png', buffer: await picture(ann) },
    { name: 'Minutes.pdf', mimeType: 'application/pdf', buffer: PDF },
  ]);
  await until('both are attached', () => panel(ann).locator('li[data-state=ready]').count(), (count) => count === 2, 15_000);
  await panel(ann).getByRole('button', { name: 'Send' }).click();

  const image = panel(ben).getByRole('link', { name: /^Picture Whiteboard\.png/ }).locator('img');
  await image.waitFor();
  await until('the picture is drawn', () => image.evaluate((one: HTMLImageElement) => [one.complete, one.naturalWidth]), ([done, width]) => done === true && width === 640, 15_000);
  const download = ben.waitForEvent('download');
  await panel(ben).getByRole('link', { name: /^Save Minutes\.pdf/ }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('Minutes.pdf');
  expect(fs.readFileSync((await saved.path())!).equals(PDF)).toBe(true);
  await until('pictures of the call move', () => frames(ben), (count) => count > before + 30, 15_000);
  await ben.screenshot({ path: path.join(LOGS, 'files-chat.png') });
}, 60_000);

test('what cannot be shared says why, and goes away by a press', async () => {
  await choose(ben, [
    { name: 'Film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(1024 * 1024 + 1) },
    { name: 'Fake.png', mimeType: 'image/png', buffer: Buffer.from('<html>') },
  ]);
  await panel(ben).getByText('This file is larger than 1 MB.').waitFor();
  await panel(ben).getByText(/not what its name says/).waitFor();
  await ben.screenshot({ path: path.join(LOGS, 'files-refused.png') });
  await panel(ben).getByRole('button', { name: 'Remove Film.mp4' }).click();
  await panel(ben).getByRole('button', { name: 'Remove Fake.png' }).click();
  await until('they are gone', () => panel(ben).locator('li[data-state]').count(), (count) => count === 0, 5000);
}, 30_000);

test('an image is pasted, a private one is seen by its two people, and a deleted one by nobody', async () => {
  const buffer = [...(await picture(ben))];
  await panel(ben).getByRole('textbox').last().focus();
  await ben.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, buffer);
  await panel(ben).locator('li[data-state=ready]').waitFor();
  await ben.keyboard.press('Enter');
  const pasted = panel(ann).getByRole('link', { name: /^Picture \d{4}-\d\d-\d\d/ });
  await pasted.waitFor();
  await panel(ben).getByRole('article').last().hover();
  await panel(ben).getByRole('article').last().getByRole('button', { name: 'Delete' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await pasted.waitFor({ state: 'detached' });
}, 30_000);

test('who has left reads the chat, and saves its files, from the last page', async () => {
  await ben.getByRole('button', { name: 'Leave' }).first().click();
  await ben.getByRole('button', { name: 'Read the chat' }).click();
  const dialog = ben.getByRole('dialog', { name: 'Chat of the meeting' });
  const download = ben.waitForEvent('download');
  await dialog.getByRole('link', { name: /^Save Minutes\.pdf/ }).click();
  expect(fs.readFileSync((await (await download).path())!).equals(PDF)).toBe(true);
  expect(await dialog.getByRole('textbox').count(), 'nothing is to be written').toBe(0);
  await ben.screenshot({ path: path.join(LOGS, 'files-past.png') });
}, 30_000);
