// Takes the pictures in docs/images; see README.md.
import type { Browser, Page } from 'playwright-core';
import { Room } from '@livekit/rtc-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { askApi } from '../harness/meeting_api.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';
import { DESK, inCall, judged, PHONE, press, somebody, take, wake } from './album.ts';

let server: Server;
let origin: string;
let browser: Browser;
let link: string;
/** Runs the meeting. */
let ann: Page;
const pages: Page[] = [];

async function joins(name: string): Promise<Page> {
  const page = await somebody(browser, name, { ...DESK, colorScheme: 'dark' });
  pages.push(page);
  await page.goto(`${origin}/m/${link}?autojoin=1&test=1&name=${encodeURIComponent(name)}`);
  await inCall(page);
  return page;
}

const state = async (page: Page) => (await askApi(page, link, 'GET', '/state')).body as { lobby: { id: string; name: string }[] | null; participants: { id: string; name: string }[] };
const done = async (page: Page, method: string, rest: string, body: object) => expect((await askApi(page, link, method, rest, body)).status).toBeLessThan(300);

beforeAll(async () => {
  server = await Server.start({ name: 'picture' });
  origin = server.http.replace('127.0.0.1', 'localhost');
  browser = await launchChromium(1);
  ann = await somebody(browser, 'Ann', { ...DESK, colorScheme: 'dark' });
  pages.push(ann);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('a host makes a meeting and settles who comes in', { timeout: 300_000 }, async () => {
  const page = await somebody(browser, 'Ann');
  await page.goto(origin);
  const made = await askApi(page, '', 'POST', '', { title: 'Monday planning', lobby: 'nobody', join_before_host: true });
  link = made.body?.link as string;
  await askApi(page, '', 'POST', '', { title: 'Interviews', lobby: 'everybody' });
  await page.reload();
  await page.getByRole('button', { name: 'Settings of Monday planning' }).waitFor();
  await take(page, 'host-start');
  await page.getByRole('button', { name: 'Settings of Monday planning' }).click();
  await page.getByLabel('Title').waitFor();
  await page.waitForTimeout(400);
  await take(page.getByRole('dialog'), 'host-settings');
  await page.keyboard.press('Escape');
  // The meeting is hers in the browser that made it.
  const cookies = await page.context().cookies();
  await ann.context().addCookies(cookies);
  await page.context().close();
});

test('four people meet', { timeout: 300_000 }, async () => {
  await ann.goto(`${origin}/m/${link}?autojoin=1&test=1&name=Ann`);
  await inCall(ann);
  for (const name of ['Ben', 'Chloé', 'Dev']) {
    const page = await joins(name);
    // One at a time speaks.
    if (name !== 'Ben') await page.keyboard.press('m');
  }
  await ann.keyboard.press('m');
  await ann.getByRole('button', { name: 'People (4)' }).waitFor({ timeout: 60_000 });
  await ann.waitForTimeout(9000);
  await wake(ann);
  await take(ann, 'call');
});

test('before a meeting, on a desk and in Arabic on a phone', { timeout: 300_000 }, async () => {
  const page = await somebody(browser, 'Ben');
  await page.goto(`${origin}/m/${link}`);
  await page.getByLabel('Your name').fill('Ben');
  await judged(page);
  await take(page, 'meeting-lobby');
  await page.context().close();
  const arabic = await somebody(browser, 'Dev', { ...DESK, locale: 'ar' });
  await arabic.goto(`${origin}/m/${link}`);
  await judged(arabic);
  await arabic.locator('input[autocomplete=name]').fill('ديف');
  await take(arabic, 'meeting-arabic');
  await arabic.context().close();
});

test('a guest whose camera is blocked is shown where the permission lives', { timeout: 300_000 }, async () => {
  const page = await somebody(browser, 'Ben', PHONE);
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await page.goto(`${origin}/m/${link}`);
  await page.getByText(/blocked/).first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  await take(page, 'guest-blocked');
  await page.context().close();
});

test('captions, when an agent writes along', { timeout: 300_000 }, async () => {
  const found = await ann.evaluate(() => {
    const { room } = window.parley as unknown as { room: { name: string; remoteParticipants: Map<string, { identity: string; name: string }> } };
    return { room: room.name, ben: [...room.remoteParticipants.values()].find(({ name }) => name === 'Ben')?.identity ?? '' };
  });
  const scribe = new Room();
  await scribe.connect(server.ws, await token(found.room, 'scribe', { kind: 'agent', grant: { hidden: true } }), { autoSubscribe: false, dynacast: false });
  const say = async (segment: string, text: string) => {
    const writer = await scribe.localParticipant!.streamText({ topic: 'lk.transcription', senderIdentity: found.ben, attributes: { 'lk.segment_id': segment, 'lk.transcription_final': 'true' } });
    await writer.write(text);
    await writer.close();
  };
  await say('1', 'Good morning!');
  await ann.getByText('What is said can be read here').first().waitFor();
  await ann.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await ann.keyboard.press('t');
  await ann.getByRole('region', { name: 'Captions' }).waitFor();
  await ann.waitForTimeout(6000);
  await say('2', 'Good morning! Shall we begin with the visitors of the open day?');
  await ann.locator('[data-caption]').first().waitFor();
  await wake(ann);
  await take(ann, 'call-captions');
  await ann.keyboard.press('t');
  await scribe.disconnect();
});

test('a host sees who waits, lets them in, and has the shield', { timeout: 300_000 }, async () => {
  await done(ann, 'PATCH', '', { lobby: 'everybody' });
  const guest = await somebody(browser, 'Chloé', PHONE);
  await guest.goto(`${origin}/m/${link}`);
  await guest.getByLabel('Your name').fill('Zoë');
  await guest.getByRole('button', { name: 'Ask to join' }).waitFor({ timeout: 60_000 });
  await judged(guest);
  await take(guest, 'guest-ask');
  await guest.getByRole('button', { name: 'Ask to join' }).click();
  await guest.getByRole('heading', { name: 'Waiting to be let in' }).waitFor({ timeout: 60_000 });
  await until('Zoë waits', () => state(ann), ({ lobby }) => lobby?.length === 1, 60_000);
  await done(ann, 'PUT', '/lobby/message', { text: 'We start at five past. Get yourself a cup of tea.' });
  await guest.waitForTimeout(1500);
  await take(guest, 'guest-waiting');
  await ann.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await ann.keyboard.press('p');
  await ann.getByRole('complementary').waitFor();
  await ann.waitForTimeout(800);
  await wake(ann);
  await take(ann, 'host-waiting');
  await ann.keyboard.press('p');
  await wake(ann);
  await press(ann, 'host');
  await ann.getByRole('dialog').waitFor();
  await ann.waitForTimeout(500);
  await take(ann.getByRole('dialog'), 'host-shield');
  await ann.keyboard.press('Escape');
  await done(ann, 'POST', '/lobby/admit', {});
  await inCall(guest);
  await guest.waitForTimeout(6000);
  await guest.touchscreen.tap(190, 300);
  await guest.waitForTimeout(400);
  await take(guest, 'guest-phone');
  await press(guest, 'more');
  await guest.getByRole('menuitem', { name: /^People/ }).click();
  await guest.getByRole('button', { name: 'Options for Ben' }).click();
  await guest.waitForTimeout(500);
  await take(guest, 'meeting-phone');
  await guest.context().close();
});

test('keys, settings, and the two ways out of a host', { timeout: 300_000 }, async () => {
  await ann.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await ann.keyboard.press('?');
  await ann.getByRole('dialog').waitFor();
  await ann.waitForTimeout(400);
  await take(ann.getByRole('dialog'), 'meeting-keys');
  await ann.keyboard.press('Escape');
  await wake(ann);
  await press(ann, 'leave');
  await ann.getByRole('menu').waitFor();
  await ann.waitForTimeout(400);
  await take(ann, 'host-leave');
  await ann.getByRole('menuitem', { name: 'Leave the meeting' }).click();
  await ann.getByRole('heading', { level: 1 }).waitFor();
  await take(ann, 'ended');
});
