// Captions: a participant that writes along as LiveKit's agents do, through the real engine without a browser, and two people
// who read what it writes in the page that everybody gets.
import { Room } from '@livekit/rtc-node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

const room = `captions-${Date.now()}`;
const TOPIC = 'lk.transcription';

let server: Server;
let browser: Browser;
let ann: Page;
let anns = '';
const scribe = new Room();

/** The room that the media plane knows the meeting by, and who Ann is in it. */
const seated = (page: Page) =>
  until(
    'the page is in its room',
    () => page.evaluate(() => {
      const held = (window as unknown as { parley?: { room?: { name: string; localParticipant: { identity: string } } } }).parley?.room;
      return held === undefined ? null : { name: held.name, identity: held.localParticipant.identity };
    }),
    (found) => (found?.name ?? '') !== '' && (found?.identity ?? '') !== '',
    20_000,
  );

const captions = (page: Page) => page.locator('[data-caption]').allTextContents();
const readOut = (page: Page) => page.getByRole('region', { name: 'Captions' }).locator('[aria-live=polite] p').allTextContents();

const shows = (wanted: string[]) => until(`captions are ${wanted.join(' / ')}`, () => captions(ann), (now) => now.join('|') === wanted.join('|'), 10_000);

/** As an agent does whose speech recognition corrects itself: each time the whole segment anew. */
async function hears(segment: string, text: string, final: boolean) {
  const writer = await scribe.localParticipant!.streamText({
    topic: TOPIC,
    senderIdentity: anns,
    attributes: { 'lk.segment_id': segment, 'lk.transcription_final': String(final), 'lk.transcribed_track_id': 'TR_of_ann' },
  });
  await writer.write(text);
  await writer.close();
}

beforeAll(async () => {
  server = await Server.start({ name: 'captions' });
  const origin = server.http.replace('127.0.0.1', 'localhost');
  browser = await launchChromium(1);
  ann = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  await ann.goto(`${origin}/m/${room}?autojoin=1&test=1&name=Ann`);
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 30_000 });
  const found = await seated(ann);
  anns = found!.identity;
  await scribe.connect(server.ws, await token(found!.name, 'scribe', { kind: 'agent' }), { autoSubscribe: true, dynacast: false });
});

afterAll(async () => {
  await scribe.disconnect();
  await browser?.close();
  await server?.stop();
});

test('captions are offered once somebody writes along, and not before', async () => {
  const menu = ann.locator('[data-control=more]');
  await ann.mouse.move(500, 300);
  await menu.click();
  expect(await ann.getByRole('menuitem', { name: 'captions' }).count()).toBe(0);
  await ann.keyboard.press('Escape');
  await hears('first', 'Good morning', true);
  await ann.getByText('What is said can be read here').first().waitFor();
  await ann.mouse.move(520, 320);
  await menu.click();
  await ann.getByRole('menuitem', { name: 'Show captions' }).click();
  await ann.getByRole('region', { name: 'Captions' }).waitFor();
});

test('a correction takes the place of what was understood first, under the name of who spoke', async () => {
  await until('the first one is gone', () => captions(ann), (now) => now.length === 0, 15_000);
  await hears('second', 'Can every buddy', false);
  await shows(['Ann Can every buddy']);
  expect(await readOut(ann)).toEqual([]);
  await hears('second', 'Can everybody hear me?', true);
  await shows(['Ann Can everybody hear me?']);
  expect(await readOut(ann)).toEqual(['Ann: Can everybody hear me?']);
});

test('what the agent itself says grows word by word', async () => {
  await until('nothing is said', () => captions(ann), (now) => now.length === 0, 15_000);
  const writer = await scribe.localParticipant!.streamText({ topic: TOPIC, attributes: { 'lk.segment_id': 'third', 'lk.transcription_final': 'false' } });
  await writer.write('Yes, ');
  await shows(['scribe Yes,']);
  await writer.write('all of us.');
  await shows(['scribe Yes, all of us.']);
  await writer.close();
});

test('transcription packets, as older agents send them, are read as well', async () => {
  await until('nothing is said', () => captions(ann), (now) => now.length === 0, 15_000);
  const older = new Room();
  await older.connect(server.ws, await token((await seated(ann))!.name, 'older', { kind: 'agent' }), { autoSubscribe: true, dynacast: false });
  // Whose words they are is found among those who are known to be here.
  await ann.locator('[data-identity=older]').waitFor({ timeout: 15_000 });
  const segment = { id: 'packet', text: 'An older way', startTime: 0n, endTime: 0n, language: 'en', final: true };
  await older.localParticipant!.publishTranscription({ participantIdentity: 'older', trackSid: 'TR_of_older', segments: [segment] });
  await shows(['older An older way']);
  await older.disconnect();
});

test('they lie above the controls and cover nobody, and go when they are no longer wanted', async () => {
  await ann.mouse.move(540, 340);
  const region = await ann.getByRole('region', { name: 'Captions' }).boundingBox();
  const bar = await ann.getByRole('toolbar', { name: 'Call controls' }).boundingBox();
  expect(region!.y + region!.height).toBeLessThanOrEqual(bar!.y);
  await ann.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await ann.keyboard.press('t');
  await ann.getByRole('region', { name: 'Captions' }).waitFor({ state: 'detached' });
  await ann.reload();
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 30_000 });
  expect(await ann.getByRole('region', { name: 'Captions' }).count()).toBe(0);
});
