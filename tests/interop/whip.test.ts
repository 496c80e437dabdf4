// Publishers and players over HTTP that share no code with a browser: aiortc, GStreamer's webrtcbin, and pion.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { expectRoster, hears, join, newRoom, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { ForeignPeer, mediaFiles, recorded } from '../harness/foreign_peer.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let browser: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'whip-interop' });
  browser = await chromiumParticipant(pages.url, 1);
});

afterEach(async () => {
  await browser?.reload();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await pages?.close();
});

test('what aiortc publishes by WHIP is seen and heard in Chromium', { timeout: 90_000 }, async () => {
  const room = newRoom('whip-aiortc');
  await join(server, room, browser, { singlePeerConnection: true });
  const peer = ForeignPeer.startHttp('whip', 5, `${server.http}/whip/v1`, await token(room, 'p5'));
  try {
    await until('aiortc is connected', () => peer.all('connected').length, (n) => n === 1, 30_000);
    await sees(browser, peer);
    await hears(browser, peer);
    peer.send('end');
    await until('the session is ended', () => peer.last('ended'), (e) => e?.['status'] === 200);
    await expectRoster(browser, []);
  } finally {
    peer.stop();
  }
});

test('aiortc sees and hears Chromium by WHEP, also when it came first', { timeout: 90_000 }, async () => {
  const room = newRoom('whep-aiortc');
  const peer = ForeignPeer.startHttp('whep', 6, `${server.http}/whep/v1`, await token(room, 'p6'));
  try {
    await until('aiortc is connected', () => peer.all('connected').length, (n) => n === 1, 30_000);
    await join(server, room, browser, { singlePeerConnection: true });
    await browser.page.publish({ codec: 'vp8' });
    await until('aiortc sees the browser', () => peer.last('video'), (v) => v?.['id'] === browser.id, 30_000);
    const frames = peer.last('video')!['frames'] as number;
    await until('the picture moves', () => peer.last('video')!['frames'] as number, (n) => n >= frames + 20);
    await until('aiortc hears the browser', () => peer.last('audio'), (a) =>
      a !== undefined && (a['energy'] as number) > 0.02 && a['hz'] === toneHz(browser.id), 20_000);
  } finally {
    peer.stop();
  }
});

test('what GStreamer publishes by WHIP is seen and heard in Chromium', { timeout: 90_000 }, async () => {
  const room = newRoom('whip-gstreamer');
  await join(server, room, browser, { singlePeerConnection: true });
  const peer = ForeignPeer.startGStreamer(2, `${server.http}/whip/v1`, await token(room, 'p2'), toneHz(2));
  try {
    await until('GStreamer has its answer', () => peer.all('began').length, (n) => n === 1, 30_000);
    await hears(browser, peer);
    const seen = await until('a picture', () => browser.page.video('p2'), (v) => v.frames > 5 && v.width === 320, 30_000);
    await until('the picture moves', () => browser.page.video('p2'), (v) => v.frames > seen.frames + 20);
    peer.send('end');
    await until('the session is ended', () => peer.last('ended'), (e) => e?.['status'] === 200);
    await expectRoster(browser, []);
  } finally {
    peer.stop();
  }
});

test('what pion publishes by WHIP is seen and heard in Chromium', { timeout: 180_000 }, async () => {
  const room = newRoom('whip-pion');
  await join(server, room, browser, { singlePeerConnection: true });
  const folder = mediaFiles(5);
  const peer = await ForeignPeer.startPion('whip', 5, `${server.http}/whip/v1`, await token(room, 'p5'), folder);
  try {
    await until('pion is connected', () => peer.all('connected').length, (n) => n === 1, 30_000);
    await sees(browser, peer);
    await hears(browser, peer);
    peer.send('end');
    await until('the session is ended', () => peer.last('ended'), (e) => e?.['status'] === 200);
    await expectRoster(browser, []);
  } finally {
    peer.stop();
    fs.rmSync(folder, { recursive: true });
  }
});

test('pion sees and hears Chromium by WHEP', { timeout: 180_000 }, async () => {
  const room = newRoom('whep-pion');
  await join(server, room, browser, { singlePeerConnection: true });
  await browser.page.publish({ codec: 'vp8' });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-media-'));
  const peer = await ForeignPeer.startPion('whep', 6, `${server.http}/whep/v1`, await token(room, 'p6'), folder);
  try {
    const frames = (kind: string) => peer.all('frames').filter((it) => it['kind'] === kind).length;
    await until('pion has four seconds of picture', () => frames('video'), (n) => n >= 4, 60_000);
    peer.send('end');
    await until('the session is ended', () => peer.last('ended'), (e) => e?.['status'] === 200);
    const { frames: decoded, shown, seconds, hz } = recorded(folder);
    expect(decoded).toBeGreaterThanOrEqual(30);
    // The first ones may still be blurred.
    expect(shown[browser.id], JSON.stringify(shown)).toBeGreaterThan(decoded * 0.8);
    expect(seconds).toBeGreaterThan(2);
    expect(hz).toBe(toneHz(browser.id));
  } finally {
    peer.stop();
    fs.rmSync(folder, { recursive: true });
  }
});
