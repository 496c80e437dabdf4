// What a meeting is like for those in it: how long until what one does is seen by the others, until one is in, until a
// crowd has parted into rooms; and what the page takes of its computer for all that. Chromium and the page itself.
import { dispose } from '@livekit/rtc-node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { Crowd } from '../harness/crowd.ts';
import { fillChat } from '../harness/long_chat.ts';
import { MeetingClient } from '../harness/meeting_client.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Parting } from '../harness/parting.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';
import { median, quantile, report } from './report.ts';
import { type MainThread, longTasks, mainThreadOf, noteFrames } from './main_thread.ts';

const VIEW = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' } as const;

afterAll(dispose);

async function start(name: string): Promise<Server> {
  const server = await Server.start({ name: `bench-meeting-${name}` });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
  return server;
}

const addressOf = (server: Server, link: string, name: string, more = '') => `${server.http.replace('127.0.0.1', 'localhost')}/m/${link}?name=${name}${more}`;
const inCall = (page: Page) => page.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 30_000 });
const panel = (page: Page) => page.getByRole('complementary');

const row = (name: string, values: readonly number[]) => [name, median(values).toFixed(0), quantile(values, 0.95).toFixed(0), Math.max(...values).toFixed(0)];

/** A meeting of a host who is not in the call, open to all. */
async function openMeeting(server: Server): Promise<MeetingClient> {
  const host = new MeetingClient(server.http, '', 'Host');
  const made = await host.raw('POST', '/meetings', { title: 'Bench', lobby: 'nobody', join_before_host: true });
  host.link = made.body.link as string;
  return host;
}

// ---- From what one does to what another sees

/** Presses what `selector` finds and tells when, by the clock that all browsers of a machine share. */
const press = (page: Page, selector: string) =>
  page.evaluate((wanted) => {
    const element = document.querySelector<HTMLElement>(wanted);
    if (element === null) throw new Error(`nothing is ${wanted}`);
    const at = performance.timeOrigin + performance.now();
    element.click();
    return at;
  }, selector);

/** Waits in the page itself, without asking it over and over; tells when it was so. */
const seen = (page: Page, selector: string, there: boolean) =>
  page.evaluate(
    ({ selector, there }) =>
      new Promise<number>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${selector} is not ${there ? 'there' : 'gone'}`)), 10_000);
        const look = () => {
          if ((document.querySelector(selector) !== null) !== there) return;
          observer.disconnect();
          clearTimeout(late);
          // Seen is what was painted.
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        look();
      }),
    { selector, there },
  );

test('from what one does to what the others see', { timeout: 300_000 }, async () => {
  const TIMES = 30;
  const server = await start('effects');
  const host = await openMeeting(server);
  const browsers = await Promise.all([1, 2, 3].map((id) => launchChromium(id, { camera: { width: 320, height: 180, fps: 10 } })));
  const pages = await Promise.all(browsers.map(async (browser) => (await browser.newContext(VIEW)).newPage()));
  const [ann, ben, cat] = pages as [Page, Page, Page];
  // Who makes the meeting in her page is its host.
  await ann.goto(server.http.replace('127.0.0.1', 'localhost'));
  host.link = await ann.evaluate(async () => {
    const made = await fetch('/api/v1/meetings', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title: 'Bench', lobby: 'nobody', join_before_host: true }) });
    return ((await made.json()) as { link: string }).link;
  });
  for (const [i, page] of pages.entries()) {
    await page.goto(addressOf(server, host.link, ['Ann', 'Ben', 'Cat'][i]!, '&autojoin=1'));
    await inCall(page);
  }
  // Her list of people is open, at what she can do about Ben; the third reads the chat, and so does Ben.
  await ann.keyboard.press('p');
  await panel(ann).getByRole('button', { name: 'Options for Ben' }).click();
  for (const page of [ben, cat]) await page.keyboard.press('c');
  for (const page of [ben, cat]) await panel(page).getByRole('textbox').last().waitFor();
  await sleep(1000);

  const marked = async (page: Page, name: RegExp) => {
    const id = `act-${Math.random().toString(36).slice(2)}`;
    await panel(page).getByRole('button', { name }).first().evaluate((button, as) => (button as HTMLElement).setAttribute('data-act', as), id);
    return `[data-act="${id}"]`;
  };
  const tile = (name: string, rest: string) => `li[data-kind=camera][aria-label^="${name},"]${rest}`;
  const took: Record<string, number[]> = {};
  const measure = async (what: string, by: Page, at: Page, button: string, selector: string, there = true) => {
    const watching = seen(at, selector, there);
    await sleep(60);
    const pressed = await press(by, button);
    (took[what] ??= []).push((await watching) - pressed);
    await sleep(250 + Math.random() * 50);
  };

  for (let i = 0; i < TIMES; i++) {
    await measure('a host mutes somebody', ann, cat, await marked(ann, /^Mute$/), tile('Ben', '[aria-label*=", muted,"]'));
    await until('Ben knows', () => ben.locator('[data-control=mic][aria-label^="Unmute"]').count(), Boolean, 5000, 20);
    await measure('somebody unmutes', ben, cat, '[data-control=mic]', tile('Ben', '[aria-label*=", microphone on,"]'));
    await measure('a hand goes up', ben, cat, '[data-control=hand]', tile('Ben', '[aria-label*="Hand raised"]'));
    await measure('a hand goes down', ben, cat, '[data-control=hand]', tile('Ben', '[aria-label*="Hand raised"]'), false);
    await press(ben, '[data-control=react]');
    await until('no reaction is left', () => cat.locator('ul[aria-hidden=true] > li').count(), (count) => count === 0, 10_000, 50);
    await measure('a reaction', ben, cat, '[role=menuitem]', 'ul[aria-hidden=true] > li');
    await panel(ben).getByRole('textbox').last().fill(`Message ${i}.`);
    await ben.evaluate(() => document.querySelector('aside form button[type=submit]')!.setAttribute('data-send', ''));
    const { length } = await panel(cat).getByRole('article').all();
    const watching = cat.evaluate(
      ({ text }) =>
        new Promise<number>((resolve) => {
          const look = () => {
            if (![...document.querySelectorAll('aside article')].some((one) => one.textContent?.includes(text))) return;
            observer.disconnect();
            requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
          };
          const observer = new MutationObserver(look);
          observer.observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        }),
      { text: `Message ${i}.`, length },
    );
    await sleep(60);
    const sent = await press(ben, 'aside form [data-send]');
    (took['a message'] ??= []).push((await watching) - sent);
    await measure('a spotlight', ann, cat, await marked(ann, /^Spotlight for everyone$/), tile('Ben', '[data-role=main]'));
    await measure('a spotlight ends', ann, cat, await marked(ann, /^End the spotlight$/), tile('Ben', '[data-role=main]'), false);
  }
  report(
    'meeting: from a press on one page to what is painted on another, three in Chromium with camera and microphone, on loopback',
    [`of ${TIMES}`, 'median ms', 'p95', 'most'],
    Object.entries(took).map(([what, values]) => row(what, values)),
    ['wanted: p95 of 300 ms at most'],
  );
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.stop();
});

// ---- From the press on "Join" to the first picture of another

test('from the press on Join to the first picture', { timeout: 300_000 }, async () => {
  const TIMES = 10;
  const server = await start('join');
  const host = await openMeeting(server);
  await host.enter();
  const stay = host.stay();
  const publisher = new NodeParticipant(1);
  await publisher.join(server.ws, host.token);
  await publisher.publish();
  const browser = await launchChromium(2);
  const took: Record<'in the call' | 'first picture of the other', number[]> = { 'in the call': [], 'first picture of the other': [] };
  for (let i = 0; i < TIMES; i++) {
    // A browser that has never been here: nothing of ours is in its cache.
    const context = await browser.newContext(VIEW);
    const page = await context.newPage();
    await page.goto(addressOf(server, host.link, 'Zoe'));
    const join = page.getByRole('button', { name: 'Join', exact: true });
    await join.waitFor();
    // As long as a name is read and the own picture is looked at.
    await sleep(2000);
    await join.evaluate((button) => (button as HTMLElement).setAttribute('data-join', ''));
    const watching = page.evaluate(
      (other) =>
        new Promise<{ call: number; picture: number }>((resolve) => {
          let call = 0;
          const observer = new MutationObserver(() => {
            if (call === 0 && document.querySelector('[data-screen=call]') !== null) call = performance.timeOrigin + performance.now();
            const video = document.querySelector<HTMLVideoElement>(`li[data-identity="${other}"] video`);
            if (video === null) return;
            observer.disconnect();
            video.requestVideoFrameCallback(() => resolve({ call, picture: performance.timeOrigin + performance.now() }));
          });
          observer.observe(document.body, { subtree: true, childList: true, attributes: true });
        }),
      host.participant,
    );
    await sleep(60);
    const pressed = await press(page, '[data-join]');
    const { call, picture } = await watching;
    took['in the call'].push(call - pressed);
    took['first picture of the other'].push(picture - pressed);
    await context.close();
    await sleep(1200);
  }
  report(
    'meeting: from the press on "Join" on, Chromium that was never here, into a meeting where one publishes 640x360',
    [`of ${TIMES}`, 'median ms', 'p95', 'most'],
    Object.entries(took).map(([what, values]) => row(what, values)),
    ['15 pictures a second are published: half the time between two is part of the wait for the first'],
  );
  stay();
  await publisher.leave();
  await browser.close();
  await server.stop();
});

// ---- What a page takes

const shareRow = (name: string, { taskMs, scriptMs, layoutMs, styleMs }: MainThread) => [name, taskMs, scriptMs, layoutMs, styleMs].map((cell) => (typeof cell === 'string' ? cell : cell.toFixed(1)));

test('main thread of a call of sixteen', { timeout: 400_000 }, async () => {
  const TILES = 16;
  const SECONDS = 12;
  const server = await start('sixteen');
  const crowd = await Crowd.gather(server.http, TILES - 2);
  const publishers = crowd.all.map((_, i) => new NodeParticipant(i + 1));
  for (const [i, publisher] of publishers.entries()) {
    await publisher.join(server.ws, crowd.all[i]!.token, { subscribe: false });
    await publisher.publish({ width: 320, height: 180, fps: 10, simulcast: false, turn: { place: i, of: TILES - 1 } });
  }
  const browser = await launchChromium(20, { camera: { width: 320, height: 180, fps: 10 } });
  const page = await (await browser.newContext(VIEW)).newPage();
  await page.goto(addressOf(server, crowd.link, 'Zoe', '&autojoin=1'));
  await inCall(page);
  await until('sixteen pictures', () => page.evaluate(() => [...document.querySelectorAll('li[data-identity] video')].filter((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames > 10).length), (count) => count === TILES, 200_000);
  await page.mouse.move(640, 400);
  await sleep(6000);
  const rows: string[][] = [];
  rows.push(shareRow('grid, controls away', await mainThreadOf(page, SECONDS)));
  await page.keyboard.press('p');
  await sleep(2000);
  rows.push(shareRow('grid, list of people open', await mainThreadOf(page, SECONDS)));
  await page.keyboard.press('p');
  await page.keyboard.press('l');
  await sleep(6000);
  rows.push(shareRow('speaker view', await mainThreadOf(page, SECONDS)));
  await page.keyboard.press('l');
  await page.keyboard.press('m');
  await sleep(6000);
  rows.push(shareRow('grid, muted', await mainThreadOf(page, SECONDS)));
  report(
    `meeting: main thread of the page in a call of ${TILES}, all with pictures, who speak in turns; ms of CPU per second`,
    [`over ${SECONDS} s`, 'tasks', 'script', 'layout', 'style'],
    rows,
    ['decoding is in other threads; wanted: 150 ms at most'],
  );
  await Promise.all(publishers.map((publisher) => publisher.leave()));
  crowd.disperse();
  await browser.close();
  await server.stop();
});

async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext(VIEW)).newPage();
  await page.goto(address);
  await inCall(page);
  return page;
}

test('five hundred people and ten thousand messages', { timeout: 240_000 }, async () => {
  const PEOPLE = 500;
  const MESSAGES = 10_000;
  const TIMES = 8;
  const server = await start('many');
  const crowd = await Crowd.gather(server.http, PEOPLE - 2);
  await fillChat(server, crowd.people.slice(0, 8), MESSAGES);
  const browser = await launchChromium(1);
  const opened: Record<string, number[]> = {};
  const open = async (page: Page, what: string, control: string, selector: string) => {
    const watching = seen(page, selector, true);
    await sleep(60);
    const pressed = await press(page, `[data-control=${control}]`);
    (opened[what] ??= []).push((await watching) - pressed);
  };
  const frames: string[][] = [];
  for (let i = 0; i < TIMES; i++) {
    const page = await openPage(browser, addressOf(server, crowd.link, 'Zoe', '&autojoin=1&mic=0'));
    await sleep(500);
    await open(page, 'chat, from the press to the newest message', 'chat', `aside li[aria-posinset="50"] article`);
    // Who was here before may not have been missed yet.
    const list = Array.from({ length: TIMES }, (_, before) => `aside li[aria-setsize="${PEOPLE + before}"]`).join();
    await open(page, 'people, chat being open', 'people', list);
    if (i === TIMES - 1) {
      for (const [name, tab, up] of [['list of people', 'people', 1], ['chat, while older messages come', 'chat', -1]] as const) {
        await page.locator(`[data-tab=${tab}]`).click();
        await panel(page).getByRole('listitem').first().waitFor();
        await sleep(500);
        await panel(page).getByRole('group').first().hover();
        const noted = await noteFrames(page, async () => {
          for (let step = 0; step < 120; step++) {
            await page.mouse.wheel(0, up * 160);
            await sleep(16);
          }
        });
        frames.push([name, median(noted.frames).toFixed(1), quantile(noted.frames, 0.95).toFixed(1), Math.max(...noted.frames).toFixed(0), String(longTasks(noted, 50)), String(longTasks(noted, 100))]);
      }
    }
    await page.context().close();
  }
  report(
    `meeting: panels of a meeting with ${PEOPLE} people and ${MESSAGES} messages`,
    [`of ${TIMES}`, 'median ms', 'p95', 'most'],
    Object.entries(opened).map(([what, values]) => row(what, values)),
    ['each time by a page that was loaded anew; the first press fetches the code of the panels, too'],
  );
  report(
    'meeting: scrolling there by the wheel for some seconds; ms between two frames',
    ['', 'median', 'p95', 'most', 'tasks > 50', 'tasks > 100'],
    frames,
  );
  crowd.disperse();
  await browser.close();
  await server.stop();
});

// ---- A crowd that parts

test('forty people into eight rooms and back', { timeout: 240_000 }, async () => {
  const [PEOPLE, ROOMS, TIMES] = [40, 8, 7];
  const server = await start('parting');
  const parting = await Parting.gather(server, PEOPLE, ROOMS);
  const took: Record<'into their rooms' | 'and back', number[]> = { 'into their rooms': [], 'and back': [] };
  for (let i = 0; i < TIMES; i++) {
    took['into their rooms'].push(await parting.open());
    await sleep(1500);
    took['and back'].push(await parting.close());
    await sleep(1500);
  }
  report(
    `meeting: ${PEOPLE} people part into ${ROOMS} rooms, until the last one is in the media room of their group`,
    [`of ${TIMES}`, 'median ms', 'p95', 'most'],
    Object.entries(took).map(([what, values]) => row(what, values)),
    ['two in Chromium with a camera, the others clients of `parley load`, eight with a microphone; wanted: 3000 ms at most'],
  );
  await parting.disperse();
  await server.stop();
});
