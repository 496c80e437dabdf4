// What the meeting page offers a person beside seeing and hearing: languages, keys, pins, volumes, devices
// that vanish, less data, and a page that starts without the network.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let origin: string;
const browsers: Browser[] = [];
let ann: Page;
let ben: Page;
const room = `page-${Date.now()}`;

async function person(id: number): Promise<{ context: BrowserContext; page: Page }> {
  const browser = await launchChromium(id, { extraArguments: ['--use-fake-device-for-media-stream=device-count=2'] });
  browsers.push(browser);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const log = fs.createWriteStream(path.join(LOGS, `meeting-page-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return { context, page };
}

async function join(page: Page, name: string) {
  await page.goto(`${origin}/m/${room}?autojoin=1&test=1&name=${name}`);
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
}

const wake = (page: Page) => page.mouse.move(400 + Math.random() * 300, 300);

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'meeting-page' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  [{ page: ann }, { page: ben }] = await Promise.all([person(1), person(2)]);
});

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('the page speaks the language of the browser, another when it is chosen, and remembers it', async () => {
  const { context } = await person(3);
  await context.close();
  const german = await browsers.at(-1)!.newContext({ locale: 'de-AT' });
  const page = await german.newPage();
  await page.goto(origin);
  await page.getByRole('button', { name: 'Neues Treffen' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  await page.getByRole('button', { name: 'Einstellungen', exact: true }).click();
  await page.getByLabel('Sprache').selectOption('ar');
  await page.getByRole('button', { name: 'اجتماع جديد', includeHidden: true }).waitFor({ state: 'attached' });
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual(['ar', 'rtl']);
  await page.reload();
  await page.getByRole('button', { name: 'اجتماع جديد' }).waitFor();
  await german.close();
});

test('a probe of this server says in words how the network is', async () => {
  await ann.goto(`${origin}/m/${room}-probe`);
  await ann.getByText('Your network is good for video').waitFor({ timeout: 20_000 });
  await ann.screenshot({ path: path.join(LOGS, 'meeting-page-lobby.png') });
  await ann.getByRole('button', { name: 'Test speaker' }).click();
  await ann.getByText('Three notes are playing').waitFor();
});

test('talking by holding a key is heard as long as it is held', async () => {
  await Promise.all([join(ann, 'Ann'), join(ben, 'Ben')]);
  await ben.getByLabel(/Ann, microphone on/).waitFor({ timeout: 15_000 });
  await wake(ann);
  await ann.getByRole('button', { name: 'Mute microphone' }).click();
  await ben.getByLabel(/Ann, muted/).waitFor();
  await ann.evaluate(() => (document.activeElement as HTMLElement).blur());
  await ann.keyboard.down(' ');
  await ben.getByLabel(/Ann, microphone on/).waitFor();
  await ann.keyboard.up(' ');
  await ben.getByLabel(/Ann, muted/).waitFor();
});

test('who speaks while muted is told, and nobody else hears it', async () => {
  // The harness's microphone plays a tone without end, which is as loud as a voice.
  await ann.getByText('You are muted. Unmute, or hold Space to talk.').waitFor({ timeout: 15_000 });
  expect(await ben.getByLabel(/Ann, muted/).count()).toBe(1);
  await ann.getByRole('button', { name: 'Unmute', exact: true }).click();
  await ben.getByLabel(/Ann, microphone on/).waitFor();
});

test('a key can be changed, and none stands for two things', async () => {
  await ann.evaluate(() => (document.activeElement as HTMLElement).blur());
  await ann.keyboard.press('?');
  const key = ann.getByRole('button', { name: /Change the key for “Mute or unmute”/ });
  await key.click();
  await ann.keyboard.press('v');
  await ann.getByText('“V” is already the key for “Camera on or off”. Press another one.').waitFor();
  await ann.keyboard.press('x');
  await ann.getByRole('button', { name: 'Change the key for “Mute or unmute”, now X' }).waitFor();
  await ann.screenshot({ path: path.join(LOGS, 'meeting-page-shortcuts.png') });
  await ann.keyboard.press('Escape');
  await ann.evaluate(() => (document.activeElement as HTMLElement).blur());
  await ann.keyboard.press('x');
  await ben.getByLabel(/Ann, muted/).waitFor();
  await ann.keyboard.press('x');
  await ben.getByLabel(/Ann, microphone on/).waitFor();
});

test('each voice has its own volume, here only', async () => {
  await wake(ann);
  await ann.getByRole('button', { name: /^People/ }).click();
  await ann.getByRole('button', { name: 'Options for Ben' }).click();
  await ann.getByRole('slider', { name: /Volume of Ben/ }).fill('20');
  await until('ben is quiet here', () => ann.evaluate(() => [...document.querySelectorAll('audio')].map((audio) => audio.volume)), (volumes) =>
    volumes.includes(0.2), 5000);
  await ann.getByRole('button', { name: 'Pin Ben' }).click();
  await ann.locator('[data-pinned=true]').waitFor();
  await ann.getByRole('button', { name: 'Unpin Ben' }).first().click();
  await ann.keyboard.press('Escape');
});

test('saving data takes no cameras, and brings them back', async () => {
  const cameras = () => ann.evaluate(() => {
    const { room } = window.parley as unknown as { room: { remoteParticipants: Map<string, { trackPublications: Map<string, { source: string; isSubscribed: boolean }> }> } };
    return [...room.remoteParticipants.values()].flatMap((p) => [...p.trackPublications.values()]).filter((t) => t.source === 'camera').map((t) => t.isSubscribed);
  });
  await until('ben’s camera is taken', cameras, (all) => all.length === 1 && all[0] === true, 10_000);
  await ann.evaluate(() => (document.activeElement as HTMLElement).blur());
  await ann.keyboard.press(',');
  await ann.getByLabel('Data use').selectOption('audio');
  await until('ben’s camera is not taken', cameras, (all) => all[0] === false, 5000);
  await ann.getByLabel(/Ben, microphone on, camera off/).waitFor({ state: 'attached' });
  await ann.getByLabel('Data use').selectOption('off');
  await until('ben’s camera is taken again', cameras, (all) => all[0] === true, 5000);
});

test('noise is removed by what our own server serves, and the voice goes on', async () => {
  await ann.getByLabel('Background noise').selectOption('strong');
  const processor = () => ann.evaluate(() => {
    const { room } = window.parley as unknown as { room: { localParticipant: { getTrackPublication(s: string): { track: { getProcessor(): { name: string } | undefined } } } } };
    return room.localParticipant.getTrackPublication('microphone').track.getProcessor()?.name;
  });
  await until('RNNoise runs', processor, (name) => name === 'rnnoise', 15_000);
  expect(await ann.getByText('Noise removal does not work').count()).toBe(0);
  await ann.getByLabel('Background noise').selectOption('browser');
  await until('RNNoise is gone', processor, (name) => name === undefined, 10_000);
  await ann.getByRole('button', { name: 'Done' }).click();
});

test('a microphone that is unplugged is replaced, by name', async () => {
  // As a browser does it: the device leaves the list, cannot be opened any more, its track ends, and that is told.
  await ann.evaluate(async () => {
    const media = navigator.mediaDevices;
    const { room } = window.parley as unknown as { room: { localParticipant: { getTrackPublication(s: string): { track: { mediaStreamTrack: MediaStreamTrack } } } } };
    const { mediaStreamTrack: track } = room.localParticipant.getTrackPublication('microphone').track;
    const gone = track.getSettings().deviceId;
    const all = await media.enumerateDevices();
    const group = all.filter((device) => device.deviceId === gone).map((device) => device.deviceId);
    media.enumerateDevices = () => Promise.resolve(all.filter((device) => !group.includes(device.deviceId)));
    track.stop();
    track.dispatchEvent(new Event('ended'));
    media.dispatchEvent(new Event('devicechange'));
  });
  await ann.getByText(/is gone\. Your microphone is now “/).waitFor({ timeout: 10_000 });
  await ann.screenshot({ path: path.join(LOGS, 'meeting-page-fallback.png') });
  const live = () => ann.evaluate(() => {
    const { room } = window.parley as unknown as { room: { localParticipant: { getTrackPublication(s: string): { isMuted: boolean; track: { mediaStreamTrack: MediaStreamTrack } } } } };
    const publication = room.localParticipant.getTrackPublication('microphone');
    return !publication.isMuted && publication.track.mediaStreamTrack.readyState === 'live';
  });
  await until('another microphone is open', live, Boolean, 10_000);
});

test('no network is said so, and the call comes back with it', async () => {
  await ben.context().setOffline(true);
  await ben.getByText('You are offline.', { exact: false }).waitFor();
  await ben.context().setOffline(false);
  await until('said no more', () => ben.getByText('You are offline.', { exact: false }).count(), (count) => count === 0, 10_000);
});

test('the page starts without the network, and keeps no token and no API answer', async () => {
  const { context, page } = await person(4);
  await page.goto(origin);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await until('the worker is in charge', () => page.evaluate(() => navigator.serviceWorker.controller !== null), Boolean, 10_000);
  await page.goto(`${origin}/m/${room}?autojoin=1&name=Dora`);
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((request) => request.url)));
    return all.flat();
  });
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter((url) => !/\/(assets\/[^?]+|index\.html|favicon\.svg|manifest\.webmanifest|icon-[\w-]+\.png)$/.test(url))).toEqual([]);
  await context.setOffline(true);
  await page.goto(origin);
  await page.getByRole('button', { name: 'New meeting' }).waitFor();
  await context.close();
});

test('browsers may install it: name, icons of both sizes, start', async () => {
  const manifest = (await (await fetch(`${origin}/manifest.webmanifest`)).json()) as { name: string; start_url: string; display: string; icons: { src: string; sizes: string }[] };
  expect(manifest).toMatchObject({ name: 'Parley', start_url: '/', display: 'standalone' });
  for (const { src, sizes } of manifest.icons.filter((icon) => icon.src.endsWith('.png'))) {
    const bytes = Buffer.from(await (await fetch(origin + src)).arrayBuffer());
    // The width and height of a PNG stand in its first chunk (RFC 2083 section 4.1.1).
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).toBe(sizes);
  }
});

test('the speaker goes on in a small window of the browser', async () => {
  await Promise.all([ann.reload(), ben.reload()]);
  await ann.getByLabel(/Ben, microphone on, camera on/).waitFor({ timeout: 15_000 });
  const pictures = () => ann.evaluate(() => [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0).length);
  await until('Ann sees herself and Ben', pictures, (count) => count >= 2, 15_000);
  await wake(ann);
  await ann.getByRole('button', { name: 'More' }).click();
  await ann.getByRole('menuitem', { name: 'Speaker in a small window' }).click();
  const small = () => ann.evaluate(() => {
    const video = document.pictureInPictureElement as HTMLVideoElement | null;
    return video === null ? 0 : video.videoWidth;
  });
  await until('the window shows a picture', small, (width) => width > 0, 10_000);
  await wake(ann);
  await ann.getByRole('button', { name: 'More' }).click();
  await ann.getByRole('menuitem', { name: 'Speaker in a small window' }).click();
  await until('the window is closed', small, (width) => width === 0, 10_000);
});
