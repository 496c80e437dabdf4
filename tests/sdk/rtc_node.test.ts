// The native engine and a browser in one room: sound, picture and data cross both ways.
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, sees } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let browser: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'rtc-node' });
  browser = await chromiumParticipant(pages.url, 1);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await pages?.close();
  await dispose();
});

async function inOneRoom(singlePeerConnection: boolean) {
  await browser.reload();
  const room = newRoom('native');
  const native = new NodeParticipant(5);
  await native.join(server.ws, await token(room, identityOf(native)));
  await join(server, room, browser, { singlePeerConnection });
  return native;
}

test.each(PATHS)('sound and picture cross both ways, the browser over $path', async ({ singlePeerConnection }) => {
  const native = await inOneRoom(singlePeerConnection);
  await Promise.all([native.publish(), browser.page.publish({})]);
  await sees(browser, native);
  await hears(browser, native);

  const who = identityOf(browser);
  const first = await until('the native engine sees the browser', () => native.sees(who), (v) => v.id === 1 && v.psnr > 22, 20_000);
  await until('and it moves', () => native.sees(who), (v) => v.frames >= first.frames + 10 && v.id === 1);
  await until(
    'the native engine hears the browser',
    () => native.hears(who),
    (a) => a.energy > 0.02 && Math.abs(a.peakHz - toneHz(1)) < 20,
    20_000,
  );
  await native.leave();
});

test('data crosses both ways, whole and in order', async () => {
  const native = await inOneRoom(true);
  await until('they know each other', () => browser.page.others(), (others) => others.length === 1);
  const wanted = Array.from({ length: 300 }, (_, i) => `${i} ${'y'.repeat((i * 97) % 12_000)}`);

  for (const text of wanted) await browser.page.send(text, true);
  await until('all of it at the native engine', () => native.data.length, (n) => n >= wanted.length);
  expect(native.data.map(({ text }) => text)).toEqual(wanted);

  const encode = (text: string) => new TextEncoder().encode(text);
  for (const text of wanted) {
    await native.room.localParticipant!.publishData(encode(text), { reliable: true, topic: 'back' });
  }
  const got = await until('all of it at the browser', () => browser.page.received(), (all) => all.length >= wanted.length);
  expect(got.map(({ text }) => text)).toEqual(wanted);
  expect(got.every(({ topic, from }) => topic === 'back' && from === 'p5')).toBe(true);

  for (let i = 0; i < 100; i++) {
    await native.room.localParticipant!.publishData(encode(`lossy ${i}`), { reliable: false, topic: 'lossy' });
  }
  const lossy = await until('lossy data', async () => (await browser.page.received()).filter(({ reliable }) => !reliable), (all) => all.length >= 90);
  expect(new Set(lossy.map(({ text }) => text)).size).toBe(lossy.length);
  await native.leave();
});
