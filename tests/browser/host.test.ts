// A host and a guest at one meeting, each in a browser of their own: the lobby, powers that hold against a page that
// ignores them, an application plane that is killed, and a reload that keeps the place. What the guest sees is looked
// for by its words; what the host does is asked of the API by the host's own page.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { askApi, placeOf } from '../harness/meeting_api.ts';
import { LOGS, ROOT } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const AXE = fs.readFileSync(path.join(ROOT, 'web/node_modules/axe-core/axe.min.js'), 'utf8');

let server: Server;
let origin: string;
let link: string;
const browsers: Browser[] = [];
let host: Page;
let guest: Page;

interface Person {
  readonly id: string;
  readonly name: string;
}

async function person(id: number): Promise<Page> {
  const browser = await launchChromium(id);
  browsers.push(browser);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const log = fs.createWriteStream(path.join(LOGS, `host-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return page;
}

const ask = (page: Page, method: string, rest: string, body?: object) => askApi(page, link, method, rest, body);

async function done(page: Page, method: string, rest: string, body?: object): Promise<void> {
  const { status, body: told } = await ask(page, method, rest, body);
  expect(status, `${method} ${rest}: ${JSON.stringify(told)}`).toBeLessThan(300);
}

async function people(page: Page, list: 'participants' | 'lobby'): Promise<Person[]> {
  const { body } = await ask(page, 'GET', '/state');
  return (body?.[list] as Person[] | null) ?? [];
}

async function waiting(): Promise<Person> {
  const found = await until('somebody waits', () => people(host, 'lobby'), (all) => all.length === 1, 10_000);
  return found[0]!;
}

const inCall = (page: Page) => page.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 20_000 });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor({ timeout: 15_000 });
const knock = () => guest.goto(`${origin}/m/${link}?autojoin=1&test=1&name=Gus`);

/** As a person does: nothing in the address says who comes, or that they come by themselves. */
async function reload(page: Page): Promise<void> {
  await page.evaluate(() => history.replaceState(null, '', `${location.pathname}?test=1`));
  await page.reload();
}

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }> } };
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

/** Frames that the host's page has decoded of anybody's picture but the host's own. */
const framesSeen = () =>
  host.evaluate(async () => {
    interface Track { getRTCStatsReport(): Promise<RTCStatsReport | undefined> }
    const { room } = window.parley as unknown as { room: { remoteParticipants: Map<string, { trackPublications: Map<string, { source: string; track?: Track }> }> } };
    let frames = 0;
    for (const participant of room.remoteParticipants.values()) {
      for (const { source, track } of participant.trackPublications.values()) {
        if (source !== 'camera') continue;
        (await track?.getRTCStatsReport())?.forEach((stats: { type: string; framesDecoded?: number }) => {
          if (stats.type === 'inbound-rtp') frames += stats.framesDecoded ?? 0;
        });
      }
    }
    return frames;
  });

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'host' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  [host, guest] = await Promise.all([person(1), person(2)]);
  await host.goto(origin);
  const made = await askApi(host, '', 'POST', '', { title: 'Tea at five', lobby: 'everybody' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  link = made.body?.link as string;
  await host.goto(`${origin}/m/${link}?autojoin=1&test=1&name=Hana`);
  await inCall(host);
});

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('at the door one reads what the meeting is called, and that one has to ask', async () => {
  await guest.goto(`${origin}/m/${link}`);
  await heading(guest, 'Tea at five');
  await guest.getByRole('button', { name: 'Ask to join' }).waitFor();
  expect(await guest.getByText('Hana').count(), 'who is inside is not for those outside').toBe(0);
  await guest.screenshot({ path: path.join(LOGS, 'host-door.png') });
});

test('a passcode is asked for, a wrong one is said to be wrong, and the link may bring the right one', async () => {
  await done(host, 'PATCH', '', { passcode: 'blue tea' });
  await guest.goto(`${origin}/m/${link}?name=Gus`);
  await guest.getByLabel('Passcode').fill('green tea');
  await guest.getByRole('button', { name: 'Join', exact: true }).click();
  await guest.getByText('That is not the passcode.', { exact: false }).waitFor({ timeout: 15_000 });
  expect(await people(host, 'lobby')).toEqual([]);
  // Another address: with a fragment alone the browser would stay on the page that it has.
  await guest.goto(origin);
  await guest.goto(`${origin}/m/${link}?autojoin=1&name=Gus#passcode=blue%20tea`);
  await heading(guest, 'Waiting to be let in');
  await guest.getByRole('button', { name: 'Stop waiting' }).click();
  await until('nobody waits', () => people(host, 'lobby'), (all) => all.length === 0, 10_000);
  await done(host, 'PATCH', '', { passcode: null });
});

test('who knocks waits, with neither a token nor a roster, and reads what the host has to say', async () => {
  await knock();
  await heading(guest, 'Waiting to be let in');
  expect((await waiting()).name).toBe('Gus');
  const { body } = await ask(guest, 'GET', '/state');
  expect(body).toMatchObject({ participants: [], lobby: null, me: { state: 'waiting' } });
  expect((await ask(guest, 'POST', '/token')).status).toBe(403);
  await done(host, 'PUT', '/lobby/message', { text: 'Two more minutes' });
  await guest.getByText('Two more minutes').waitFor({ timeout: 5000 });
  await guest.screenshot({ path: path.join(LOGS, 'host-waiting.png') });
});

test('who reloads while waiting keeps the place', async () => {
  const before = await waiting();
  await reload(guest);
  await heading(guest, 'Waiting to be let in');
  expect((await waiting()).id).toBe(before.id);
  await guest.getByText('Two more minutes').waitFor({ timeout: 5000 });
});

test('who is turned down is told so, and may ask again', async () => {
  await done(host, 'POST', '/lobby/deny', { participants: [(await waiting()).id] });
  await heading(guest, 'You were not let in');
  await guest.getByRole('button', { name: 'Ask again' }).click();
  await heading(guest, 'Waiting to be let in');
});

test('who is admitted is in the call without a press', async () => {
  await waiting();
  await done(host, 'POST', '/lobby/admit', {});
  await inCall(guest);
  await host.getByLabel(/Gus, microphone on, camera on/).waitFor({ timeout: 15_000 });
  await until('the host sees the guest', framesSeen, (frames) => frames > 10, 15_000);
});

test('who reloads in the call comes back as the same person', async () => {
  const before = await placeOf(guest, link);
  await reload(guest);
  await inCall(guest);
  expect(await placeOf(guest, link)).toBe(before);
  expect((await people(host, 'participants')).map(({ name }) => name).sort()).toEqual(['Gus', 'Hana']);
  await host.getByLabel(/Gus, microphone on, camera on/).waitFor({ timeout: 15_000 });
});

test('a microphone that the host has closed stays closed, whatever the guest’s page asks of the media plane', async () => {
  const id = await placeOf(guest, link);
  await done(host, 'PUT', `/participants/${id}/restrictions`, { microphone: true });
  await host.getByLabel(/Gus, muted/).waitFor({ timeout: 10_000 });
  const speak = () =>
    guest.evaluate(async () => {
      const { room } = window.parley as unknown as { room: { localParticipant: { setMicrophoneEnabled(on: boolean): Promise<unknown> } } };
      await Promise.race([room.localParticipant.setMicrophoneEnabled(true).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 3000))]);
    });
  await speak();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await host.getByLabel(/Gus, microphone on/).count()).toBe(0);
  await done(host, 'PUT', `/participants/${id}/restrictions`, { microphone: false });
  await until('gus may speak again', async () => {
    await speak();
    return host.getByLabel(/Gus, microphone on/).count();
  }, (count) => count === 1, 20_000, 500);
});

test('a killed application plane costs no frame, and the pages go on with the meeting by themselves', async () => {
  const { restarted } = server.kill('app');
  const first = await framesSeen();
  await until('pictures go on meanwhile', framesSeen, (frames) => frames > first + 10, 5000, 100);
  await restarted;
  await until('the host can change the title', async () => (await ask(host, 'PATCH', '', { title: 'After the storm' })).status, (status) => status === 200, 20_000, 250);
  for (const page of [host, guest]) await until('the page has read it', () => page.title(), (title) => title.includes('After the storm'), 30_000);
  expect(await guest.getByRole('toolbar', { name: 'Call controls' }).count()).toBe(1);
  await until('pictures go on', framesSeen, (frames) => frames > first + 30, 10_000);
});

test('who is removed is told so, and has to ask before coming back', async () => {
  await done(host, 'POST', `/participants/${await placeOf(guest, link)}/remove`, { ban: false });
  await heading(guest, 'You were removed from the meeting');
  await host.getByText('You are the only one here').waitFor({ timeout: 15_000 });
  await guest.getByRole('button', { name: 'Rejoin' }).click();
  await heading(guest, 'Waiting to be let in');
  await done(host, 'POST', '/lobby/admit', { participants: [(await waiting()).id] });
  await inCall(guest);
});

test('who is banned does not come back, not even after a reload and by another name', async () => {
  await done(host, 'POST', `/participants/${await placeOf(guest, link)}/remove`, { ban: true });
  await heading(guest, 'You cannot come back to this meeting');
  await guest.goto(`${origin}/m/${link}?autojoin=1&name=Somebody+else`);
  await heading(guest, 'You cannot join this meeting');
  expect(await people(host, 'lobby')).toEqual([]);
});

test('the end for all is the end for all', async () => {
  await done(host, 'POST', '/end', {});
  await heading(host, 'The meeting has ended');
});

test('how it was is said by keyboard alone, and why, without anything else moving', async () => {
  const stars = host.getByRole('radiogroup', { name: 'How was the meeting?' });
  await stars.waitFor();
  const places = () => Promise.all(['Rejoin', 'Back to the start'].map(async (name) => (await host.getByRole('button', { name }).count()) && host.getByRole('button', { name }).boundingBox()));
  const before = await places();
  for (const star of await stars.locator('label').all()) {
    const { width, height } = (await star.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  }
  // To the first star, and with the arrows to the second.
  await host.getByRole('button', { name: 'Back to the start' }).focus();
  await host.keyboard.press('Tab');
  await host.keyboard.press('Space');
  await host.keyboard.press('ArrowRight');
  expect(await host.getByRole('radio', { name: '2 stars: poor' }).isChecked()).toBe(true);
  await host.getByRole('status').getByText('say what went wrong').waitFor();
  await host.keyboard.press('Tab');
  await host.keyboard.press('Space');
  await host.getByRole('textbox', { name: 'In your own words (optional)' }).fill('An echo');
  expect(await places()).toEqual(before);
  for (const [width, height, colorScheme] of [[1280, 800, 'light'], [390, 844, 'dark']] as const) {
    await host.setViewportSize({ width, height });
    await host.emulateMedia({ colorScheme });
    await host.waitForTimeout(200);
    expect(await faults(host), `${width} ${colorScheme}`).toEqual([]);
    await host.screenshot({ path: path.join(LOGS, `host-rating-${width}-${colorScheme}.png`), fullPage: true });
  }
  await host.keyboard.press('Tab');
  await host.keyboard.press('Enter');
  await host.getByText('Thank you. The host can read it.').waitFor();
  expect((await ask(host, 'GET', '/ratings')).body).toEqual({ count: 1, average: 2, reasons: { sound: 1, picture: 0, connection: 0, other: 0 }, texts: ['An echo'] });
  await host.getByRole('button', { name: 'Back to the start' }).click();
  await host.getByRole('button', { name: 'New meeting' }).waitFor();
}, 60_000);
