// What is behind a person in the meeting page, as the other participant receives it: a drawn person before a shelf
// with books sits in front of a real camera, Chromium's fake one.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { type Inside, type Look, type View, apart, lookAt, look, watch, watched } from '../harness/person_view.ts';
import { type Area, SHELF, portraitFile } from '../harness/portrait_camera.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let origin: string;
const browsers: Browser[] = [];
let annContext: BrowserContext;
let ann: Page;
let ben: Page;
const room = `background-${Date.now()}`;

async function newPage(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage();
  const log = fs.createWriteStream(path.join(LOGS, `background-${name}.log`), { flags: 'a' });
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return page;
}

async function open(id: number, name: string, camera?: string): Promise<{ context: BrowserContext; page: Page }> {
  // The last of two arguments of the same name counts.
  const browser = await launchChromium(id, { extraArguments: camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`] });
  browsers.push(browser);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', serviceWorkers: 'block' });
  return { context, page: await newPage(context, name) };
}

const isBlurred = ({ shelf }: { shelf: Look }) => shelf.edges < plain.shelf.edges / 3;

/** Waits until what Ben sees of Ann is as it should be, and returns it. */
const seen = (what: string, ok: (view: View) => boolean) => until(what, () => look(ben, 'Ann'), ok, 20_000);

async function join(page: Page, name: string) {
  await page.goto(`${origin}/m/${room}?autojoin=1&test=1&name=${name}`);
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
}

async function openChoices(page: Page) {
  await page.mouse.move(400 + Math.random() * 300, 300);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Background' }).click();
  await page.getByRole('radio', { name: 'None' }).waitFor();
}

async function choose(page: Page, name: string) {
  await openChoices(page);
  await page.getByRole('radio', { name, exact: true }).check();
  await page.getByRole('button', { name: 'Close' }).click();
}

/** Of the one video on the page before the call. */
function edgesOfPreview({ x, y, width, height }: Area): number | null {
  const video = document.querySelector('video');
  if (video === null || video.readyState < 2) return null;
  const context = new OffscreenCanvas(640, 360).getContext('2d')!;
  context.drawImage(video, 0, 0, 640, 360);
  const w = Math.round(width * 640);
  const { data } = context.getImageData(Math.round(x * 640), Math.round(y * 360), w, Math.round(height * 360));
  let edges = 0;
  for (let i = 0; i < data.length / 4; i++) if (i % w > 0) edges += Math.abs(data[4 * i + 1]! - data[4 * i - 3]!);
  return (4 * edges) / data.length;
}

/** On the way through RGB and back a codec's idea of colours may shift a little. */
const SAME = 24;

let plain: View;

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'background' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  const camera = await portraitFile();
  const opened = await open(1, 'ann', camera);
  ({ context: annContext, page: ann } = opened);
  ({ page: ben } = await open(2, 'ben'));
}, 120_000);

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('without a background the room is seen as it is, and nothing of the effect is fetched', async () => {
  const asked: string[] = [];
  annContext.on('request', (request) => asked.push(request.url()));
  await Promise.all([join(ann, 'Ann'), join(ben, 'Ben')]);
  await sleep(3000);
  plain = await seen('books on the shelf', ({ shelf }) => shelf.edges > 4);
  expect(asked.filter((url) => /tflite|tfjs|worker-/.test(url))).toEqual([]);
});

test('with a strong blur the books cannot be told apart any more, and the person stays sharp and in place', async () => {
  await choose(ann, 'Strong blur');
  const { shelf, face, chest } = await seen('a blurred shelf', isBlurred);
  await ben.screenshot({ path: path.join(LOGS, 'background-blur.png') });
  expect(apart(face, plain.face)).toBeLessThan(SAME);
  expect(apart(chest, plain.chest)).toBeLessThan(SAME);
  // Blur mixes what is there and brings nothing else.
  expect(apart(shelf, plain.shelf)).toBeLessThan(80);
  expect(isBlurred(await look(ann, 'Ann')), 'one sees oneself as others do').toBe(true);
});

test('a slight blur leaves more of the room than a strong one', async () => {
  const strong = await look(ben, 'Ann');
  await choose(ann, 'Slight blur');
  const slight = await seen('more of the shelf', ({ shelf }) => shelf.edges > 1.3 * strong.shelf.edges);
  expect(slight.shelf.edges).toBeLessThan(0.7 * plain.shelf.edges);
});

test('a picture stands behind the person, in the colours of its thumbnail', async () => {
  await openChoices(ann);
  const thumbnail = await ann.locator('label', { hasText: 'Night' }).locator('canvas').evaluate((canvas, { x, y, width, height }) => {
    const { width: w, height: h } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(x * w, y * h, width * w, height * h);
    const sum = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sum[c]! += data[i + c]!;
    return sum.map((value) => (4 * value) / data.length) as [number, number, number];
  }, SHELF);
  await ann.getByRole('radio', { name: 'Night' }).check();
  await ann.getByRole('button', { name: 'Close' }).click();
  const { face, chest } = await seen('the night where the shelf was', ({ shelf }) => apart(shelf, { colour: thumbnail, edges: 0 }) < 25);
  await ben.screenshot({ path: path.join(LOGS, 'background-night.png') });
  expect(apart({ colour: thumbnail, edges: 0 }, plain.shelf), 'the two differ, or this would prove nothing').toBeGreaterThan(60);
  expect(apart(face, plain.face)).toBeLessThan(SAME);
  expect(apart(chest, plain.chest)).toBeLessThan(SAME);
});

test('switching in the call leaves no gap in the picture that anybody would notice', async () => {
  await watch(ben);
  await sleep(1000);
  for (const name of ['Strong blur', 'None', 'Dawn', 'None', 'Strong blur']) {
    await choose(ann, name);
    await sleep(1500);
  }
  const frames = await watched(ben);
  const gaps = frames.slice(1).map(({ at }, i) => at - frames[i]!.at);
  console.log(`longest gap while switching: ${Math.round(Math.max(...gaps))} ms in ${frames.length} frames`);
  expect(frames.length).toBeGreaterThan(60);
  expect(Math.max(...gaps)).toBeLessThan(1500);
});

test('a camera that was off comes back without one picture of the room', async () => {
  await seen('a blurred shelf', isBlurred);
  await watch(ben);
  await ann.mouse.move(500, 300);
  await ann.getByRole('button', { name: 'Turn camera off' }).click();
  await ben.getByLabel(/Ann.*camera off/).waitFor();
  const before = (await watched(ben)).length;
  await ann.mouse.move(520, 320);
  await ann.getByRole('button', { name: 'Turn camera on' }).click();
  const frames = await until('frames after it', () => watched(ben), (all) => all.length > before + 20, 20_000);
  expect(frames.filter(({ edges }) => edges > plain.shelf.edges / 2)).toEqual([]);
});

test('who reloads the page with a background on never sends one picture of the room', async () => {
  await watch(ben);
  const before = (await watched(ben)).length;
  await ann.reload();
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  const frames = await until('frames of after the reload', () => watched(ben), (all) => all.length > before + 30, 30_000);
  expect(frames.filter(({ edges }) => edges > plain.shelf.edges / 2)).toEqual([]);
});

test('a worker that hangs pauses the picture and says so; a try later it goes on, and the room was never seen', async () => {
  await watch(ben);
  await ann.evaluate(() => (window as unknown as Inside).parley.background.worker.terminate());
  await ann.getByText('Your picture is paused, so that nobody sees your room.').waitFor({ timeout: 20_000 });
  const paused = (await watched(ben)).length;
  await sleep(2000);
  expect((await watched(ben)).length - paused).toBeLessThan(3);
  await ann.getByRole('button', { name: 'Try again' }).click();
  const frames = await until('the picture goes on', () => watched(ben), (all) => all.length > paused + 20, 30_000);
  expect(frames.filter(({ edges }) => edges > plain.shelf.edges / 2)).toEqual([]);
});

test('a picture of one’s own is kept in this browser and is there after a reload', async () => {
  const png = await ann.evaluate(async () => {
    const canvas = new OffscreenCanvas(320, 180);
    const context = canvas.getContext('2d')!;
    context.fillStyle = 'rgb(30 160 70)';
    context.fillRect(0, 0, 320, 180);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  await openChoices(ann);
  await ann.locator('input[type=file]').setInputFiles({ name: 'green.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
  const green: Look = { colour: [30, 160, 70], edges: 0 };
  const isGreen = ({ shelf }: { shelf: Look }) => apart(shelf, green) < 45;
  await seen('green where the shelf was', isGreen);
  expect(await ann.getByRole('radio', { name: 'Your picture' }).isChecked()).toBe(true);
  await ann.reload();
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  await seen('green again', isGreen);
  await openChoices(ann);
  await ann.locator('input[type=file]').setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await ann.getByText('This file cannot be used as a picture').waitFor();
  await ann.getByRole('button', { name: 'Remove your picture' }).click();
  await seen('a blurred shelf in its place', isBlurred);
  await ann.getByRole('button', { name: 'Close' }).click();
});

test('the page’s own thread has hardly more to do with a background than without', async () => {
  const cdp = await annContext.newCDPSession(ann);
  await cdp.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const share = async (seconds: number) => {
    const before = await busy();
    await sleep(1000 * seconds);
    return ((await busy()) - before) / seconds;
  };
  const on = await share(8);
  const pace = await ann.evaluate(() => (window as unknown as Inside).parley.background.pace.get());
  await choose(ann, 'None');
  await sleep(1000);
  const off = await share(8);
  console.log(`main thread busy: ${(100 * on).toFixed(1)} % with, ${(100 * off).toFixed(1)} % without; ${JSON.stringify(pace)}`);
  // Measured in time that passes, on a machine that may do much else: work that moved to this thread would be far more.
  expect(on - off).toBeLessThan(0.3);
});

test('switched off, nothing of it is left', async () => {
  await until('no worker', () => Promise.resolve(ann.workers().length), (count) => count === 0, 5000);
  await seen('books on the shelf', ({ shelf }) => shelf.edges > plain.shelf.edges / 2);
});

test('before the call the choice is tried on one’s own picture, and holds on joining', async () => {
  await ann.goto(`${origin}/m/${room}?test=1&name=Ann`);
  await ann.getByRole('button', { name: 'Background' }).click();
  await ann.getByRole('radio', { name: 'Strong blur' }).check();
  await until('a blurred preview', () => ann.evaluate(edgesOfPreview, SHELF), (edges) => edges !== null && edges < plain.shelf.edges / 3, 20_000);
  await ann.screenshot({ path: path.join(LOGS, 'background-lobby.png') });
  await watch(ben);
  const before = (await watched(ben)).length;
  await ann.getByRole('button', { name: 'Join', exact: true }).click();
  const frames = await until('frames in the call', () => watched(ben), (all) => all.length > before + 20, 30_000);
  expect(frames.filter(({ edges }) => edges > plain.shelf.edges / 2)).toEqual([]);
});

test('what cannot be fetched keeps the camera off and says why, until the person decides to show the room', async () => {
  await annContext.route(/\.tflite$/, (route) => route.abort());
  await annContext.clearCookies();
  const client = await annContext.newCDPSession(ann);
  await client.send('Network.clearBrowserCache');
  await watch(ben);
  await ann.reload();
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  await ann.getByText('What changes the background could not be fetched from the server.').first().waitFor({ timeout: 20_000 });
  await sleep(1500);
  const frames = await watched(ben);
  expect(frames.filter(({ edges }) => edges > plain.shelf.edges / 2)).toEqual([]);
  expect(await ben.evaluate(lookAt, ['Ann', [SHELF]] as [string, Area[]])).toBeNull();
  await ann.getByRole('button', { name: 'Show my room' }).click();
  await ann.mouse.move(510, 310);
  await ann.getByRole('button', { name: 'Turn camera on' }).click();
  await seen('books on the shelf', ({ shelf }) => shelf.edges > plain.shelf.edges / 2);
});

test('a browser without streams of frames carries them as bitmaps, to the same effect', async () => {
  const camera = await portraitFile();
  const { context, page } = await open(3, 'cleo', camera);
  await context.addInitScript(() => {
    delete (window as { MediaStreamTrackProcessor?: unknown }).MediaStreamTrackProcessor;
    delete (window as { MediaStreamTrackGenerator?: unknown }).MediaStreamTrackGenerator;
  });
  await join(page, 'Cleo');
  await choose(page, 'Strong blur');
  const { face, chest } = await until('a blurred shelf', () => look(ben, 'Cleo'), isBlurred, 20_000);
  expect(apart(face, plain.face)).toBeLessThan(SAME);
  expect(apart(chest, plain.chest)).toBeLessThan(SAME);
  await choose(page, 'None');
  await until('books on the shelf', () => look(ben, 'Cleo'), ({ shelf }) => shelf.edges > plain.shelf.edges / 2, 20_000);
  await context.close();
});
