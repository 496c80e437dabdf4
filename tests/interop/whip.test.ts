// Publishers and players over HTTP that share no code with a browser: aiortc, and GStreamer's webrtcbin.
import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { expectRoster, hears, join, newRoom, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { PythonPeer } from '../harness/python_peer.ts';
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
  const peer = PythonPeer.startHttp('whip', 5, `${server.http}/whip/v1`, await token(room, 'p5'));
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
  const peer = PythonPeer.startHttp('whep', 6, `${server.http}/whep/v1`, await token(room, 'p6'));
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
  const peer = PythonPeer.startGStreamer(2, `${server.http}/whip/v1`, await token(room, 'p2'), toneHz(2));
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
